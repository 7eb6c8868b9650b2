/** Deltas on their way to a run's stream: grouped, and only while the attempt that writes them holds the run. */
import type { MessageDeltaObject, RunStepDeltaObject } from '@selfsame/contract';
import { createEventWriter } from '../../events/event-writer.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import type { Holder, RunPlace } from './advance.ts';

const MESSAGE = 'thread.message.delta';
const STEP = 'thread.run.step.delta';

export interface RunLog {
  push(event: NewEvent): Promise<void>;
  /** What waits, for the next transition's own transaction: it is told there, and costs none of its own. */
  take(): Promise<readonly NewEvent[]>;
}

/** What comes of an attempt that has lost the run goes nowhere, and `onLost` is told. */
export function createRunLog(
  rooms: Transactional<ProjectRepositories>,
  { threadId, runId }: RunPlace,
  { jobId, attempt, onLost }: Holder & { onLost: () => void },
): RunLog {
  let taken: NewEvent[] | undefined;
  const write = (events: readonly NewEvent[]) =>
    rooms.transaction(async (inside) => {
      await inside.threads.lock(threadId);
      const run = await inside.runs.retrieve(threadId, runId);
      const writing = run?.status === 'in_progress' || run?.status === 'cancelling';
      const mine = writing && run.jobId === jobId && run.attempt === attempt;
      if (mine) await inside.events.append(runId, events);
      return mine;
    });
  const append = async (events: readonly NewEvent[]) => {
    if (taken !== undefined) taken.push(...events);
    else if (!(await write(events))) onLost();
  };
  const { push, flush } = createEventWriter({ append, merge: mergeDeltas });
  return {
    push,
    async take() {
      const waiting: NewEvent[] = [];
      taken = waiting;
      await flush();
      taken = undefined;
      return waiting;
    },
  };
}

type TextDelta = NonNullable<NonNullable<MessageDeltaObject['delta']['content']>[number]['text']>;

/** The first one of a message has annotations, if none. */
export function textDelta(messageId: string, text: TextDelta): NewEvent {
  const data: MessageDeltaObject = {
    id: messageId,
    object: MESSAGE,
    delta: { content: [{ index: 0, type: 'text', text }] },
  };
  return { type: MESSAGE, data };
}

type CallDelta = { index: number; id?: string; function: { name?: string; arguments: string; output?: null } };

export function callDelta(stepId: string, call: CallDelta): NewEvent {
  const data: RunStepDeltaObject = {
    id: stepId,
    object: STEP,
    delta: { step_details: { type: 'tool_calls', tool_calls: [{ type: 'function', ...call }] } },
  };
  return { type: STEP, data };
}

/** That files are searched: for what, and what was found, stands in the step when it is over. */
export function searchDelta(stepId: string, { index, id }: { index: number; id: string }): NewEvent {
  const call = { index, id, type: 'file_search' as const, file_search: {} };
  const data: RunStepDeltaObject = {
    id: stepId,
    object: STEP,
    delta: { step_details: { type: 'tool_calls', tool_calls: [call] } },
  };
  return { type: STEP, data };
}

/** Text of one message becomes one delta; so do arguments of one call, but for the delta that begins it. */
function mergeDeltas(earlier: NewEvent, later: NewEvent): NewEvent | undefined {
  if (earlier.type !== later.type) return undefined;
  if (earlier.type === MESSAGE) {
    const [a, b] = [earlier.data as MessageDeltaObject, later.data as MessageDeltaObject];
    const [first, second] = [a.delta.content?.[0]?.text, b.delta.content?.[0]?.text];
    if (a.id !== b.id || first === undefined || second === undefined) return undefined;
    const value = `${first.value ?? ''}${second.value ?? ''}`;
    const annotations = [first, second].flatMap((text) => text.annotations ?? []);
    return textDelta(a.id, (first.annotations ?? second.annotations) ? { value, annotations } : { value });
  }
  if (earlier.type !== STEP) return undefined;
  const [a, b] = [callOf(earlier), callOf(later)];
  if (a === undefined || b === undefined || a.stepId !== b.stepId || a.index !== b.index) return undefined;
  if (a.begins || b.begins) return undefined;
  return callDelta(a.stepId, { index: a.index, function: { arguments: a.text + b.text } });
}

function callOf({ data }: NewEvent) {
  const { id: stepId, delta } = data as RunStepDeltaObject;
  const details = delta.step_details;
  const call = details?.type === 'tool_calls' ? details.tool_calls?.[0] : undefined;
  if (call?.type !== 'function') return undefined;
  return { stepId, index: call.index, begins: call.id !== undefined, text: call.function?.arguments ?? '' };
}
