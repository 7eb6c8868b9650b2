/**
 * The one way a run changes: one event through the pure tool loop, and everything that follows from it (run, step, message, events of its
 * stream, the thread's freedom) in the caller's transaction; the next
 * job is the caller's. Invariant: what is in the log is what is stored, and in its order.
 */
import { isActive, type LoopCommand, type LoopEvent, step } from './state-machine.ts';
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { RunFields, RunRecord } from '../../storage/repositories/runs.ts';
import { closePart, openPart } from './parts.ts';
import { toRun } from '../../resources/threads/runs/to-run.ts';

export interface RunPlace {
  threadId: string;
  runId: string;
}

/** Who writes: an attempt of a job. Another one that has the run by now keeps it out. */
export interface Holder {
  jobId: string;
  attempt: number;
}

/** Tokens of a turn that is over. */
export interface TurnTokens {
  promptTokens: number;
  completionTokens: number;
}

export interface Surroundings {
  clock: Clock;
  ids: IdSource;
}

export interface Advance extends RunPlace {
  event: LoopEvent;
  /** Where a worker writes. With `begun` it becomes the holder. */
  holder?: Holder;
  tokens?: TurnTokens;
  /** What the run's stream says before it. */
  told?: readonly NewEvent[];
}

export interface Advanced {
  run: RunRecord;
  commands: readonly LoopCommand[];
  /** Number of the first event that it added to the run's stream. */
  firstSeq: number;
}

/** What is being written: the run as it will be, and what its stream will say. */
export interface Draft {
  run: RunRecord;
  events: NewEvent[];
  inside: ProjectRepositories;
  surroundings: Surroundings;
  tokens: TurnTokens | undefined;
}

/** Undefined where the event cannot happen any more, the run is gone, or another worker has it: nothing was written. */
export async function advance(
  inside: ProjectRepositories,
  surroundings: Surroundings,
  { threadId, runId, event, holder, tokens, told = [] }: Advance,
): Promise<Advanced | undefined> {
  await inside.threads.lock(threadId);
  const before = await inside.runs.retrieve(threadId, runId);
  if (before === undefined) return undefined;
  if (holder !== undefined && !mayWrite(before, holder, event)) return undefined;
  // Nobody begins what should be over.
  const late = event.type === 'begun' && before.expiresAt <= surroundings.clock.now();
  const happening: LoopEvent = late ? { type: 'expire' } : event;
  const stepped = step({ status: before.status, open: openPartOf(before), calls: before.calls }, happening);
  if (stepped === undefined) return undefined;
  const attempt = holder?.attempt ?? before.attempt;
  const run: RunRecord = { ...before, attempt, calls: stepped.state.calls, ...added(before, tokens) };
  const draft: Draft = { run, events: [...told], inside, surroundings, tokens };
  for (const command of stepped.commands) await follow(draft, command);
  const over = !isActive(draft.run.status);
  if (over) await inside.threads.endRun(threadId, runId);
  await inside.runs.update(threadId, runId, changesOf(draft.run));
  const firstSeq = await inside.events.append(runId, draft.events, { end: over });
  return { run: draft.run, commands: stepped.commands, firstSeq };
}

function mayWrite(run: RunRecord, { jobId, attempt }: Holder, event: LoopEvent): boolean {
  if (run.jobId !== jobId) return false;
  return event.type === 'begun' ? attempt >= run.attempt : attempt === run.attempt;
}

function openPartOf({ open }: RunRecord) {
  if (open === null) return null;
  return open.messageId === null ? 'calls' : 'message';
}

function added(run: RunRecord, tokens: TurnTokens | undefined): TurnTokens {
  return {
    promptTokens: run.promptTokens + (tokens?.promptTokens ?? 0),
    completionTokens: run.completionTokens + (tokens?.completionTokens ?? 0),
  };
}

async function follow(draft: Draft, command: LoopCommand): Promise<void> {
  switch (command.type) {
    case 'open':
      return openPart(draft, command);
    case 'close':
      return closePart(draft, command);
    case 'become':
      return become(draft, command);
    case 'enqueue':
    case 'generate':
      // The caller's own: what is stored of them is the status.
      return;
  }
}

async function become(draft: Draft, command: Extract<LoopCommand, { type: 'become' }>): Promise<void> {
  const { status, error, budget } = command;
  const now = draft.surroundings.clock.now();
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
  if (status === 'requires_action') await keepCalls(draft);
  draft.events.push({ type: `thread.run.${status}`, data: toRun(draft.run) });
}

/** The calls stand in their step while the run waits for their outputs. */
async function keepCalls({ run, inside, tokens }: Draft): Promise<void> {
  if (run.open === null) return;
  const { promptTokens = null, completionTokens = null } = tokens ?? {};
  await inside.runSteps.update(run.id, run.open.stepId, { calls: run.calls, promptTokens, completionTokens });
}

function changesOf(run: RunRecord): RunFields {
  const { status, metadata, open, calls, promptTokens, completionTokens, lastError, incompleteReason } = run;
  const { jobId, attempt, startedAt, cancelledAt, failedAt, completedAt } = run;
  const outcome = { lastError, incompleteReason, startedAt, cancelledAt, failedAt, completedAt };
  return { status, metadata, open, calls, promptTokens, completionTokens, jobId, attempt, ...outcome };
}
