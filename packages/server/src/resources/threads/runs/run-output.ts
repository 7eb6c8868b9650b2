/**
 * Translation of the loop to the Assistants API: the events of a run's stream, and the content of its messages. Pure.
 */
import type { MessageDeltaObject, MessageObject, RunStepDeltaObject } from '@selfsame/contract';
import type { CallDelta, Citation, LoopOutput, TextDelta } from '../../../generation/loop/loop-output.ts';
import type { EventRecord, NewEvent } from '../../../storage/repositories/events.ts';
import type { MessageFields, MessageRecord } from '../../../storage/repositories/messages.ts';
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import type { RunStepRecord } from '../../../storage/repositories/run-steps.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { toMessage } from '../messages/to-message.ts';
import { toRunStep } from './steps/to-run-step.ts';
import { toRun } from './to-run.ts';

const MESSAGE_DELTA = 'thread.message.delta';
const STEP_DELTA = 'thread.run.step.delta';
const MESSAGE_CREATED = 'thread.message.created';

export const RUN_OUTPUT: LoopOutput = {
  onThought: () => [],
  onText: (delta) => [toTextEvent(delta)],
  onCall: ({ part, index, call }) => [toStepDelta(part.id, { index, ...toNewCall(call) })],
  // Arguments of server tools are not published.
  onCallArguments: ({ part, index, call, text }) =>
    call.own === undefined ? [toArgumentsDelta({ stepId: part.id, index }, text)] : [],
  onCallRun: () => [],
  mergeDeltas,
  foldText,
};

/** A step of a run; `message` only if the step creates one. */
export interface StepRecords {
  step?: RunStepRecord | undefined;
  message?: MessageRecord | undefined;
}

export function toMessageContent(text: string, citations: readonly Citation[]): MessageFields['content'] {
  return [{ type: 'text', text: { value: text, annotations: citations.map(toAnnotation) } }];
}

export function toStatusEvents(run: RunRecord): NewEvent[] {
  const data = toRun(run);
  return [{ type: `thread.run.${data.status}`, data }];
}

export function toOpenedEvents({ step, message }: StepRecords): NewEvent[] {
  const events: NewEvent[] = [];
  if (step !== undefined) {
    const data = toRunStep(step);
    events.push({ type: 'thread.run.step.created', data }, { type: 'thread.run.step.in_progress', data });
  }
  if (message !== undefined) {
    const data = toMessage(message);
    // The official clients discard the earlier deltas of a message at this event.
    events.push({ type: MESSAGE_CREATED, data }, { type: 'thread.message.in_progress', data });
  }
  return events;
}

export function toClosedEvents({ step, message }: StepRecords): NewEvent[] {
  return [
    ...(message === undefined ? [] : [{ type: `thread.message.${message.status}`, data: toMessage(message) }]),
    ...(step === undefined ? [] : [{ type: `thread.run.step.${step.status}`, data: toRunStep(step) }]),
  ];
}

function toTextEvent({ part, text, citations }: TextDelta): NewEvent {
  if (citations === undefined) return toTextDelta(part.id, { value: text });
  const annotations = citations.map(({ index, ...citation }) => ({ index, ...toAnnotation(citation) }));
  return toTextDelta(part.id, { value: text, annotations });
}

/** The tools of runs cite files only. */
function toAnnotation({ text, start, end, source }: Citation) {
  return {
    type: 'file_citation' as const,
    text,
    start_index: start,
    end_index: end,
    file_citation: { file_id: source.type === 'file' ? source.fileId : '' },
  };
}

type Text = NonNullable<NonNullable<MessageDeltaObject['delta']['content']>[number]['text']>;

function toTextDelta(messageId: string, text: Text): NewEvent {
  const data: MessageDeltaObject = {
    id: messageId,
    object: MESSAGE_DELTA,
    delta: { content: [{ index: 0, type: 'text', text }] },
  };
  return { type: MESSAGE_DELTA, data };
}

function toStepDelta(stepId: string, call: object): NewEvent {
  const delta = { step_details: { type: 'tool_calls', tool_calls: [call] } };
  const data = { id: stepId, object: STEP_DELTA, delta } as RunStepDeltaObject;
  return { type: STEP_DELTA, data };
}

/** The query and the results of a server tool are in the step when it is completed. */
function toNewCall({ id, name, own }: ModelCall) {
  if (own !== undefined) return { id, type: own.type, [own.type]: {} };
  return { type: 'function', id, function: { name, arguments: '', output: null } };
}

interface CallPosition extends Pick<CallDelta, 'index'> {
  stepId: string;
}

function toArgumentsDelta({ stepId, index }: CallPosition, text: string): NewEvent {
  return toStepDelta(stepId, { type: 'function', index, function: { arguments: text } });
}

/** Merges texts of one message, and arguments of one call except for its first delta. */
function mergeDeltas(earlier: NewEvent, later: NewEvent): NewEvent | undefined {
  if (earlier.type !== later.type) return undefined;
  if (earlier.type === MESSAGE_DELTA) return mergeTexts(earlier, later);
  if (earlier.type !== STEP_DELTA) return undefined;
  const [a, b] = [readArguments(earlier), readArguments(later)];
  if (a === undefined || b === undefined || a.stepId !== b.stepId || a.index !== b.index) return undefined;
  return a.isFirst || b.isFirst ? undefined : toArgumentsDelta(a, a.text + b.text);
}

function mergeTexts(earlier: NewEvent, later: NewEvent): NewEvent | undefined {
  const [a, b] = [earlier.data as MessageDeltaObject, later.data as MessageDeltaObject];
  const [first, second] = [a.delta.content?.[0]?.text, b.delta.content?.[0]?.text];
  if (a.id !== b.id || first === undefined || second === undefined) return undefined;
  const value = `${first.value ?? ''}${second.value ?? ''}`;
  const annotations = [first, second].flatMap((text) => text.annotations ?? []);
  return toTextDelta(a.id, (first.annotations ?? second.annotations) ? { value, annotations } : { value });
}

function readArguments({ data }: NewEvent) {
  const { id: stepId, delta } = data as RunStepDeltaObject;
  const details = delta.step_details;
  const call = details?.type === 'tool_calls' ? details.tool_calls?.[0] : undefined;
  if (call?.type !== 'function') return undefined;
  return { stepId, index: call.index, isFirst: call.id !== undefined, text: call.function?.arguments ?? '' };
}

function foldText(text: string, { type, data }: EventRecord, messageId: string): string {
  if ((data as MessageObject).id !== messageId) return text;
  if (type === MESSAGE_CREATED) return '';
  if (type !== MESSAGE_DELTA) return text;
  return text + ((data as MessageDeltaObject).delta.content?.[0]?.text?.value ?? '');
}
