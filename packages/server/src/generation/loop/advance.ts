/**
 * The only way to change the state of a run: one event through the state machine, and its effects on the run, its step,
 * its message, its stream and the lock of its thread, all in the caller's transaction. The caller enqueues the next
 * job.
 * Invariant: the stream holds the stored transitions, in their order.
 */
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { RunFields, RunRecord } from '../../storage/repositories/runs.ts';
import type { Draft, LoopDeps, TurnTokens } from './draft.ts';
import { closePart, openPart } from './parts.ts';
import { isActive, type LoopCommand, type LoopEvent, step } from './state-machine.ts';

export interface RunRef {
  threadId: string;
  runId: string;
}

/** An attempt of a job. The attempt that started a run last is the only one that may write it. */
export interface Holder {
  jobId: string;
  attempt: number;
}

export interface Advance extends RunRef {
  event: LoopEvent;
  /** Set by workers. With the event `start`, the attempt becomes the holder. */
  holder?: Holder;
  tokens?: TurnTokens | undefined;
  /** Events that precede those of the transition in the stream. */
  deltas?: readonly NewEvent[];
}

export interface Advanced {
  run: RunRecord;
  commands: readonly LoopCommand[];
  /** Number of the first event that the transition added to the stream. */
  firstSeq: number;
}

/**
 * Returns undefined, and writes nothing, if the event is late, the run does not exist, or another attempt holds the
 * run.
 */
export async function advance(
  tx: ProjectRepositories,
  deps: LoopDeps,
  { threadId, runId, event, holder, tokens, deltas = [] }: Advance,
): Promise<Advanced | undefined> {
  await tx.threads.lock(threadId);
  const before = await tx.runs.retrieve(threadId, runId);
  if (before === undefined) return undefined;
  if (holder !== undefined && !mayWrite(before, holder, event)) return undefined;
  // An expired run must not start.
  const isLate = event.type === 'start' && before.expiresAt <= deps.clock.now();
  const effective: LoopEvent = isLate ? { type: 'expire' } : event;
  const next = step({ status: before.status, open: openPartOf(before), calls: before.calls }, effective);
  if (next === undefined) return undefined;
  const attempt = holder?.attempt ?? before.attempt;
  const run: RunRecord = { ...before, attempt, calls: next.state.calls, ...sumTokens(before, tokens) };
  const draft: Draft = { run, events: [...deltas], tx, deps, tokens };
  for (const command of next.commands) await apply(draft, command);
  const hasEnded = !isActive(draft.run.status);
  if (hasEnded) await tx.threads.endRun(threadId, runId);
  await tx.runs.update(threadId, runId, changesOf(draft.run));
  const firstSeq = await tx.events.append(runId, draft.events, { end: hasEnded });
  return { run: draft.run, commands: next.commands, firstSeq };
}

function mayWrite(run: RunRecord, { jobId, attempt }: Holder, event: LoopEvent): boolean {
  if (run.jobId !== jobId) return false;
  return event.type === 'start' ? attempt >= run.attempt : attempt === run.attempt;
}

function openPartOf({ open }: RunRecord) {
  if (open === null) return null;
  return open.messageId === null ? 'calls' : 'message';
}

function sumTokens(run: RunRecord, tokens: TurnTokens | undefined): TurnTokens {
  return {
    promptTokens: run.promptTokens + (tokens?.promptTokens ?? 0),
    completionTokens: run.completionTokens + (tokens?.completionTokens ?? 0),
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
  const { status, error, budget } = command;
  const now = draft.deps.clock.now();
  const { run } = draft;
  draft.run = {
    ...run,
    status,
    startedAt: status === 'in_progress' ? (run.startedAt ?? now) : run.startedAt,
    cancelledAt: status === 'cancelled' ? now : run.cancelledAt,
    failedAt: status === 'failed' ? now : run.failedAt,
    completedAt: status === 'completed' ? now : run.completedAt,
    lastError: error ?? run.lastError,
    incompleteReason: budget ?? run.incompleteReason,
  };
  if (status === 'waiting_for_outputs') await storeCalls(draft);
  draft.events.push(...draft.deps.output.onStatus(draft.run));
}

/** The step has the calls already while the run waits for their outputs. */
async function storeCalls({ run, tx, tokens }: Draft): Promise<void> {
  if (run.open === null) return;
  const { promptTokens = null, completionTokens = null } = tokens ?? {};
  await tx.runSteps.update(run.id, run.open.stepId, { calls: run.calls, promptTokens, completionTokens });
}

function changesOf(run: RunRecord): RunFields {
  const { status, metadata, open, calls, promptTokens, completionTokens, lastError, incompleteReason } = run;
  const { jobId, attempt, startedAt, cancelledAt, failedAt, completedAt } = run;
  const outcome = { lastError, incompleteReason, startedAt, cancelledAt, failedAt, completedAt };
  return { status, metadata, open, calls, promptTokens, completionTokens, jobId, attempt, ...outcome };
}
