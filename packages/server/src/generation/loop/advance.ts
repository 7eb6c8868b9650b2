/**
 * The only way to change the state of a loop: one event through the state machine, and its effects on the loop, its
 * parts, its stream and its usage, all in the caller's transaction. The caller enqueues the next job.
 * Invariant: the stream holds the stored transitions, in their order.
 */
import type { TokenLogprob } from '../../engines/language-model.ts';
import type { Clock } from '../../lib/clock.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import { closePart, type Draft, openPart } from './draft.ts';
import type { CitedSource, LoopOutput } from './loop-output.ts';
import { isActive } from './loop-state.ts';
import type { LoopRecord, LoopTokens, LoopTransaction, TurnUsage } from './loop-store.ts';
import type { CitationFinder } from './server-tools.ts';
import { type LoopCommand, type LoopEvent, transition } from './state-machine.ts';

export interface AdvanceDeps {
  clock: Clock;
  output: LoopOutput;
  citations: CitationFinder;
}

/** An attempt of a job. The attempt that started a loop last is the only one that may write it. */
export interface Holder {
  jobId: string;
  attempt: number;
}

export interface Advance {
  event: LoopEvent;
  /** Set by workers. With the event `start`, the attempt becomes the holder. */
  holder?: Holder | undefined;
  /** Set when a turn has ended. */
  usage?: TurnUsage | undefined;
  /** The tokens of the open message so far, if the loop asks for their log probabilities. */
  logprobs?: readonly TokenLogprob[] | undefined;
  /** What tools showed since the last message: part of the open message. */
  shown?: readonly CitedSource[] | undefined;
  /** Events that precede those of the transition in the stream. */
  deltas?: readonly NewEvent[] | undefined;
}

export interface Advanced {
  record: LoopRecord;
  /** Number of the first event that the transition added to the stream. */
  firstSeq: number;
}

/**
 * Returns undefined, and writes nothing, if the event is late, the loop does not exist, or another attempt holds the
 * loop.
 */
export async function advance(
  tx: LoopTransaction,
  deps: AdvanceDeps,
  { event, holder, usage, logprobs = [], shown = [], deltas = [] }: Advance,
): Promise<Advanced | undefined> {
  const stored = await tx.lock();
  if (stored === undefined) return undefined;
  if (holder !== undefined && !mayWrite(stored, holder, event)) return undefined;
  const { before, discarded } = await withoutUnfinished(tx, stored, event);
  const { status, open, calls, definition } = before;
  const effective = isLate(before, event, deps.clock.now()) ? ({ type: 'expire' } as const) : event;
  const next = transition({ status, open: open?.type ?? null, calls }, effective, definition);
  if (next === undefined) return undefined;
  if (usage !== undefined) await tx.meter(usage);
  const attempt = holder?.attempt ?? before.attempt;
  const tokens = sum(before.tokens, usage?.tokens);
  const record: LoopRecord = { ...before, attempt, calls: next.state.calls, tokens };
  const draft: Draft = { record, events: [...deltas, ...discarded], tx, deps, tokens: usage?.tokens, logprobs, shown };
  for (const command of next.commands) await apply(draft, command);
  await tx.save(draft.record);
  const firstSeq = await tx.events.append(before.id, draft.events, { end: !isActive(draft.record.status) });
  return { record: draft.record, firstSeq };
}

/** Whether the model's turn has ended and the server runs its calls. */
export function isRunningCalls({ status, open, calls }: LoopRecord): boolean {
  return status === 'in_progress' && open?.type === 'calls' && calls.length > 0;
}

/** The loop as the event finds it: a worker that restarts it finds nothing that a lost one was writing. */
async function withoutUnfinished(tx: LoopTransaction, stored: LoopRecord, event: LoopEvent) {
  const isRestart = event.type === 'start' && stored.status === 'in_progress' && !isRunningCalls(stored);
  if (!isRestart || tx.discardUnfinished === undefined) return { before: stored, discarded: [] };
  const discarded = await tx.discardUnfinished();
  return { before: { ...stored, open: null, calls: [] }, discarded };
}

function mayWrite(record: LoopRecord, { jobId, attempt }: Holder, event: LoopEvent): boolean {
  if (record.jobId !== jobId) return false;
  return event.type === 'start' ? attempt >= record.attempt : attempt === record.attempt;
}

/** An expired loop must not start. */
function isLate({ expiresAt }: LoopRecord, event: LoopEvent, now: number): boolean {
  return event.type === 'start' && expiresAt !== null && expiresAt <= now;
}

function sum(before: LoopTokens, turn: LoopTokens | undefined): LoopTokens {
  return {
    promptTokens: before.promptTokens + (turn?.promptTokens ?? 0),
    completionTokens: before.completionTokens + (turn?.completionTokens ?? 0),
  };
}

async function apply(draft: Draft, command: LoopCommand): Promise<void> {
  switch (command.type) {
    case 'open-part':
      return openPart(draft, command);
    case 'close-part':
      return closePart(draft, command);
    case 'set-status':
      return setStatus(draft, command);
    case 'enqueue':
    case 'generate':
      // Carried out by the caller; the status is all that is stored of them.
      return;
  }
}

async function setStatus(draft: Draft, command: Extract<LoopCommand, { type: 'set-status' }>): Promise<void> {
  const { status, error, cut } = command;
  const { record, tx } = draft;
  draft.record = { ...record, status, error: error ?? record.error, cut: cut ?? record.cut };
  // The part has the calls already while the loop waits for their outputs.
  if (status === 'waiting_for_outputs' && record.open !== null) {
    await tx.storeCalls(record.open, record.calls, draft.tokens);
  }
  draft.events.push(...(await tx.changeStatus(draft.record)));
}
