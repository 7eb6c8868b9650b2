/**
 * Executes a run: a worker starts it, generates its turns, and stops when the run ends or waits for the client.
 * Invariants: every transition is stored before the next one starts; a worker that lost the run writes nothing more,
 * and another one generates the interrupted turn again; the number of attempts is limited.
 */
import { ApiError } from '../../../errors/api-error.ts';
import type { RunRef } from '../../../generation/loop/advance.ts';
import { createDeltaLog } from '../../../generation/loop/delta-log.ts';
import { RunLoop } from '../../../generation/loop/run-loop.ts';
import { listServerCalls } from '../../../generation/loop/server-tools.ts';
import { continues } from '../../../generation/loop/state-machine.ts';
import { RunLost, toEnding, type WriteTransition } from '../../../generation/loop/turn.ts';
import { JobCancelled, LeaseLost, PermanentFailure, type TaskContext } from '../../../jobs/task.ts';
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { defineTask } from '../../define-task.ts';
import type { Services } from '../../services.ts';
import { advanceRun } from './advance-run.ts';
import { awaitTools } from './await-tools.ts';
import { toTurnSettings, withChoice } from './definition.ts';
import { RUN_OUTPUT } from './run-output.ts';
import { createRunTools } from './run-tools.ts';
import { toRunUsage } from './run-usage.ts';

const MAX_ATTEMPTS = 6;

type Context = TaskContext<ProjectRepositories>;

export default defineTask<RunRef>({
  name: 'threads.runs.execute',
  // Runs wait for models; other jobs must not wait for runs.
  queue: 'runs',
  maxAttempts: MAX_ATTEMPTS,
  async run(ref, context, services) {
    const { repositories } = context;
    const queued = await repositories.runs.retrieve(ref.threadId, ref.runId);
    // A run that is being cancelled does not wait.
    if (queued !== undefined && !context.signal.aborted) await awaitTools(services, repositories, queued);
    const write = createWrite(ref, context, services);
    const started = await write({ type: 'start' });
    if (started?.status !== 'in_progress') return endOrphan(repositories, ref);
    const lost = new AbortController();
    const loop = createLoop(started, context, { services, write, onLost: () => lost.abort(new RunLost()) });
    if (context.attempt >= context.maxAttempts) return loop.end({ type: 'fail', error: TOO_MANY_ATTEMPTS });
    try {
      const model = await services.models.languageModel(started.model);
      const signal = AbortSignal.any([context.signal, lost.signal]);
      await loop.play(started, model, { signal, priority: 'online' });
    } catch (error) {
      await settle(error, { loop, write, signal: context.signal });
      await endOrphan(repositories, ref);
    }
  },
});

const TOO_MANY_ATTEMPTS = {
  code: 'server_error',
  message: 'The server was stopped each time it worked on the run.',
} as const;

interface LoopParts {
  services: Services;
  write: WriteTransition;
  onLost(): void;
}

function createLoop(run: RunRecord, context: Context, { services, write, onLost }: LoopParts): RunLoop {
  const { repositories, jobId, attempt, signal } = context;
  const { ids, tools } = services;
  const ref = { threadId: run.threadId, runId: run.id };
  return new RunLoop({
    ids,
    output: RUN_OUTPUT,
    log: createDeltaLog(repositories, ref, { jobId, attempt, merge: RUN_OUTPUT.mergeDeltas, onLost }),
    tools: createRunTools(services, { run, repositories, signal }),
    listCalls: () => listServerCalls(repositories, run),
    write,
    repositories,
    toSettings: (model, messages, choice) =>
      toTurnSettings(withChoice(run.definition, choice), { model, tools, messages }),
  });
}

/** Ends the stream of a run that was deleted with its thread, so that its readers stop waiting. */
async function endOrphan(repositories: Transactional<ProjectRepositories>, { threadId, runId }: RunRef): Promise<void> {
  if ((await repositories.runs.retrieve(threadId, runId)) !== undefined) return;
  const stream = await repositories.events.list(runId, { afterSeq: -1, limit: 1 });
  if (stream?.ended === false) await repositories.events.append(runId, [], { end: true });
}

interface Unfinished {
  loop: RunLoop;
  write: WriteTransition;
  signal: AbortSignal;
}

async function settle(error: unknown, { loop, write, signal }: Unfinished): Promise<void> {
  // A cancellation may be stored before its signal arrives. Nothing is written unless the run is being cancelled.
  if (error instanceof RunLost || signal.reason instanceof JobCancelled) return loop.end({ type: 'stopped' });
  // The lease is lost, the server stops, or the database is unavailable: another attempt generates the turn again.
  const isUnavailable = error instanceof ApiError && error.code === 'storage_unavailable';
  if (signal.aborted || error instanceof LeaseLost || isUnavailable) throw error;
  const ending = toEnding(error);
  if (ending.type === 'budget-exhausted') await write(ending);
  else await loop.end(ending);
  if (!(error instanceof ApiError) && ending.type === 'fail') throw new PermanentFailure(String(error));
}

function createWrite(
  ref: RunRef,
  { jobId, attempt, repositories, finish }: Context,
  services: Services,
): WriteTransition {
  const startedAt = services.clock.now();
  return (event, { tokens, deltas = [] } = {}) => {
    const isTurnEnd = event.type === 'turn-ended';
    // The transition that stops the loop and the end of the job are one transaction.
    const transaction = isTurnEnd && !continues(event) ? finish : repositories.transaction;
    return transaction(async (tx) => {
      const advanced = await advanceRun(tx, services, { ...ref, event, holder: { jobId, attempt }, deltas, tokens });
      // Throwing rolls back the end of the job.
      if (advanced === undefined && isTurnEnd) throw new RunLost();
      if (advanced !== undefined && tokens !== undefined) {
        const modelId = services.models.resolve(advanced.run.model, 'chat').id;
        await tx.usageEvents.insert(toRunUsage(services, advanced.run, { tokens, startedAt, modelId }));
      }
      return advanced?.run;
    });
  };
}
