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
import { formOf } from './call-forms.ts';
import { toRunStep } from './steps/to-run-step.ts';
import { toRun } from './to-run.ts';

const MESSAGE_DELTA = 'thread.message.delta';
const STEP_DELTA = 'thread.run.step.delta';
const MESSAGE_CREATED = 'thread.message.created';

/** The deltas of one run. */
export function createRunOutput(): LoopOutput {
  /** Number of images before the text of the last message that has some. */
  let images = { messageId: '', count: 0 };
  return {
    onThought: () => [],
    onText(delta) {
      const { part, citations = [] } = delta;
      const shown = citations.filter(isShown);
      if (shown.length > 0) images = { messageId: part.id, count: shown.length };
      const before = images.messageId === part.id ? images.count : 0;
      const drawn = shown.map((citation, index) => toContentDelta(part.id, { index, ...toImage(citation) }));
      return [...drawn, toTextEvent(delta, before)];
    },
    onCall: ({ part, index, call }) => [toStepDelta(part.id, { index, ...toNewCall(call) })],
    onCallArguments({ part, index, call, text }) {
      const { own } = call;
      if (own === undefined) return [toArgumentsDelta({ stepId: part.id, index, type: 'function' }, text)];
      const written = formOf(own.type).onArguments(call, text);
      return written === undefined ? [] : [toStepDelta(part.id, { index, type: own.type, [own.type]: written })];
    },
    onCallRun: () => [],
    mergeDeltas,
    foldText,
  };
}

/** An image that a tool showed. */
const isShown = ({ text }: Citation) => text === '';

const fileIdOf = ({ source }: Citation) =>
  (source.type === 'file' || source.type === 'written_file' ? source.fileId : null) ?? '';

const toImage = (citation: Citation) => ({
  type: 'image_file' as const,
  image_file: { file_id: fileIdOf(citation), detail: 'auto' as const },
});

/** A step of a run; `message` only if the step creates one. */
export interface StepRecords {
  step?: RunStepRecord | undefined;
  message?: MessageRecord | undefined;
}

/** Images precede the text. */
export function toMessageContent(text: string, citations: readonly Citation[]): MessageFields['content'] {
  const annotations = citations.filter((citation) => !isShown(citation)).map(toAnnotation);
  return [...citations.filter(isShown).map(toImage), { type: 'text', text: { value: text, annotations } }];
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
    ...(step === undefined
      ? []
      : [...toCallEnds(step), { type: `thread.run.step.${step.status}`, data: toRunStep(step) }]),
  ];
}

/** The outputs of calls that have ended. */
function toCallEnds({ id, calls }: RunStepRecord): NewEvent[] {
  return calls.flatMap((call, index) => {
    const type = call.own?.type;
    const ended = type === undefined ? undefined : formOf(type).onEnd(call);
    return ended === undefined ? [] : [toStepDelta(id, { index, type, [String(type)]: ended })];
  });
}

/** @param images number of images before the text, which are cited before it. */
function toTextEvent({ part, text, citations }: TextDelta, images: number): NewEvent {
  if (citations === undefined) return toTextDelta(part.id, { index: images, value: text });
  const annotations = citations
    .filter((citation) => !isShown(citation))
    .map(({ index, ...citation }) => ({ index: index - images, ...toAnnotation(citation) }));
  return toTextDelta(part.id, { index: images, value: text, annotations });
}

/** The tools of runs cite files, and refer to files that they wrote. */
function toAnnotation(citation: Citation) {
  const { text, start, end, source } = citation;
  const place = { text, start_index: start, end_index: end };
  const file = { file_id: fileIdOf(citation) };
  if (source.type === 'written_file') return { type: 'file_path' as const, ...place, file_path: file };
  return { type: 'file_citation' as const, ...place, file_citation: file };
}

type Content = NonNullable<MessageDeltaObject['delta']['content']>[number];
type Text = NonNullable<Extract<Content, { type: 'text' }>['text']>;

function toContentDelta(messageId: string, content: Content): NewEvent {
  const data: MessageDeltaObject = { id: messageId, object: MESSAGE_DELTA, delta: { content: [content] } };
  return { type: MESSAGE_DELTA, data };
}

function toTextDelta(messageId: string, { index, ...text }: Text & { index: number }): NewEvent {
  return toContentDelta(messageId, { index, type: 'text', text });
}

function toStepDelta(stepId: string, call: object): NewEvent {
  const delta = { step_details: { type: 'tool_calls', tool_calls: [call] } };
  const data = { id: stepId, object: STEP_DELTA, delta } as RunStepDeltaObject;
  return { type: STEP_DELTA, data };
}

function toNewCall({ id, name, own }: ModelCall) {
  if (own !== undefined) return { id, type: own.type, [own.type]: formOf(own.type).start };
  return { type: 'function', id, function: { name, arguments: '', output: null } };
}

interface CallPosition extends Pick<CallDelta, 'index'> {
  stepId: string;
  type: 'function' | 'code_interpreter';
}

function toArgumentsDelta({ stepId, index, type }: CallPosition, text: string): NewEvent {
  if (type === 'function') return toStepDelta(stepId, { type, index, function: { arguments: text } });
  return toStepDelta(stepId, { type, index, code_interpreter: { input: text } });
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
  const [first, second] = [readText(a), readText(b)];
  if (a.id !== b.id || first === undefined || second === undefined) return undefined;
  const { index } = first;
  const value = `${first.value ?? ''}${second.value ?? ''}`;
  const annotations = [first, second].flatMap((text) => text.annotations ?? []);
  const merged = (first.annotations ?? second.annotations) ? { value, annotations } : { value };
  return toTextDelta(a.id, { index, ...merged });
}

/** Undefined for the delta of an image. */
function readText({ delta }: MessageDeltaObject): (Text & { index: number }) | undefined {
  const content = delta.content?.[0];
  if (content?.type !== 'text') return undefined;
  return { index: content.index, ...content.text };
}

function readArguments({ data }: NewEvent) {
  const { id: stepId, delta } = data as RunStepDeltaObject;
  const details = delta.step_details;
  const call = details?.type === 'tool_calls' ? details.tool_calls?.[0] : undefined;
  if (call?.type !== 'function' && call?.type !== 'code_interpreter') return undefined;
  const { type, index } = call;
  const isCode = type === 'code_interpreter';
  const text = isCode ? call.code_interpreter?.input : call.function?.arguments;
  const isFirst = call.id !== undefined || (isCode && call.code_interpreter?.outputs !== undefined);
  return { stepId, type, index, isFirst, text: text ?? '' };
}

function foldText(text: string, { type, data }: EventRecord, messageId: string): string {
  if ((data as MessageObject).id !== messageId) return text;
  if (type === MESSAGE_CREATED) return '';
  if (type !== MESSAGE_DELTA) return text;
  return text + (readText(data as MessageDeltaObject)?.value ?? '');
}
