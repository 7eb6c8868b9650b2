/**
 * A worker's part of a run: it takes the run, has the model write one turn, and lets go when the run is over or waits for its caller.
 * Invariants: every transition is stored before the next is begun; a worker that was lost writes nothing more, and the turn that it left is
 * begun again; a run is never begun for ever.
 */
import { ApiError } from '../../../errors/api-error.ts';
import { goesOn, type LoopCall } from '../../../generation/loop/state-machine.ts';
import { JobCancelled, LeaseLost, PermanentFailure, type TaskContext } from '../../../jobs/task.ts';
import { readAhead } from '../../../lib/read-ahead.ts';
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { toUsageEvent } from '../../../tenancy/usage-event.ts';
import { defineTask } from '../../define-task.ts';
import type { Services } from '../../services.ts';
import { advance, type RunPlace } from '../../../generation/loop/advance.ts';
import { awaitFiles } from './await-tools.ts';
import { FILE_SEARCH } from '../../../tools/file-search/definition.ts';
import { generateFitted } from '../../../generation/loop/fitted-generation.ts';
import { createRunLog } from '../../../generation/loop/delta-log.ts';
import { listSearches, searchFiles } from '../../../tools/file-search/execute.ts';
import { type CountedTokens, RunLost, Turn, toEnding, type WriteTransition } from '../../../generation/loop/turn.ts';

const MAX_ATTEMPTS = 6;
/** Events that the model may be ahead of the database: it makes room for others while a transition is stored. */
const MOST_AHEAD = 256;

export default defineTask<RunPlace>({
  name: 'threads.runs.execute',
  // Runs wait for models, and nothing else has to wait for runs.
  queue: 'runs',
  maxAttempts: MAX_ATTEMPTS,
  async run(place, context, services) {
    const queued = await context.repositories.runs.retrieve(place.threadId, place.runId);
    // A run that is being cancelled does not wait.
    if (queued !== undefined && !context.signal.aborted) {
      await awaitFiles(context.repositories, queued, services.clock.now());
    }
    const write = createWrite(place, context, services);
    const begun = await write({ type: 'begun' });
    if (begun?.status !== 'in_progress') return endOrphan(context.repositories, place);
    const lost = new AbortController();
    const onLost = () => lost.abort(new RunLost('The run went on without this turn.'));
    const { jobId, attempt } = context;
    const log = createRunLog(context.repositories, place, { jobId, attempt, onLost });
    const answerOwn = createOwnTools(begun, context, services);
    const searches = () => listSearches(context.repositories, begun);
    const begin = () => new Turn({ ids: services.ids, log, write, answerOwn, searches });
    let turn = begin();
    if (context.attempt >= context.maxAttempts) return turn.end({ type: 'fail', error: TOO_OFTEN });
    try {
      const model = await services.models.languageModel(begun.model);
      const signal = AbortSignal.any([context.signal, lost.signal]);
      const options = { signal, priority: 'online' } as const;
      for (let run = begun, turns = 0; ; turns += 1) {
        const events = generateFitted({ run: choosing(run, turns), model, rooms: context.repositories }, options);
        const after = await turn.play(readAhead(events, MOST_AHEAD));
        if (after?.status !== 'in_progress') return;
        run = after;
        turn = begin();
      }
    } catch (error) {
      await settle(error, { turn, write, signal: context.signal });
      await endOrphan(context.repositories, place);
    }
  },
});

const TOO_OFTEN = { code: 'server_error', message: 'The server was stopped each time it worked on the run.' } as const;

/** A run that was deleted with its thread has readers who wait. */
async function endOrphan(rooms: Transactional<ProjectRepositories>, { threadId, runId }: RunPlace): Promise<void> {
  if ((await rooms.runs.retrieve(threadId, runId)) !== undefined) return;
  const told = await rooms.events.list(runId, { afterSeq: -1, limit: 1 });
  if (told?.ended === false) await rooms.events.append(runId, [], { end: true });
}

interface Unfinished {
  turn: Turn;
  write: WriteTransition;
  signal: AbortSignal;
}

async function settle(error: unknown, { turn, write, signal }: Unfinished): Promise<void> {
  // A cancellation may have come before its signal; where the run is not being cancelled, or is somebody else's, nothing is written.
  if (error instanceof RunLost || signal.reason instanceof JobCancelled) return turn.end({ type: 'stopped' });
  // The lease is lost, the server stops, or its database is away: the turn is begun again.
  if (
    signal.aborted ||
    error instanceof LeaseLost ||
    (error instanceof ApiError && error.code === 'storage_unavailable')
  )
    throw error;
  const ending = toEnding(error);
  if (ending.type === 'exhausted') await write(ending);
  else await turn.end(ending);
  if (!(error instanceof ApiError) && ending.type === 'fail') throw new PermanentFailure(String(error));
}

/** Turns of a run after which the model may call no more tools of the server's. */
const MOST_OWN_TURNS = 8;

/** A call that was demanded is demanded once; and no model searches for ever. */
function choosing(run: RunRecord, turns: number): RunRecord {
  const { toolChoice } = run.definition;
  if (turns === 0 || toolChoice === 'none') return run;
  return { ...run, definition: { ...run.definition, toolChoice: turns < MOST_OWN_TURNS ? 'auto' : 'none' } };
}

/** Runs what the model calls of the server's own tools. */
function createOwnTools(
  run: RunRecord,
  { repositories, signal }: TaskContext<ProjectRepositories>,
  services: Services,
): (calls: readonly LoopCall[]) => Promise<readonly LoopCall[]> {
  return async (calls) => {
    const answered: LoopCall[] = [];
    for (const call of calls) {
      if (call.own?.type !== FILE_SEARCH) {
        answered.push(call);
        continue;
      }
      const startedAt = services.clock.now();
      const used: { modelId: string; inputTokens: number }[] = [];
      const { capabilities } = await services.models.languageModel(run.model);
      const before = answered.filter(({ own }) => own?.type === FILE_SEARCH);
      const search = { run, scope: repositories, contextTokens: capabilities.contextTokens, before, signal };
      answered.push(await searchFiles(services, { ...search, onUsage: (usage) => used.push(usage) }, call));
      for (const { modelId, inputTokens } of used) {
        const tokens = { promptTokens: inputTokens, completionTokens: 0, cachedTokens: 0 };
        await repositories.usageEvents.insert(toRunUsage(services, run, { tokens, startedAt, modelId }));
      }
    }
    return answered;
  };
}

function createWrite(
  place: RunPlace,
  { jobId, attempt, repositories, finish }: TaskContext<ProjectRepositories>,
  services: Services,
): WriteTransition {
  const startedAt = services.clock.now();
  return (event, { tokens, told = [] } = {}) => {
    // With its answer the job is done too, and both are one transaction.
    const ends = event.type === 'answered' && !goesOn(event);
    const transaction = ends ? finish : repositories.transaction;
    return transaction(async (inside) => {
      const advanced = await advance(inside, services, {
        ...place,
        event,
        holder: { jobId, attempt },
        told,
        ...(tokens === undefined ? {} : { tokens }),
      });
      // Its job is not done then.
      if (advanced === undefined && event.type === 'answered') throw new RunLost('The run went on without this turn.');
      if (advanced !== undefined && tokens !== undefined) {
        const modelId = services.models.resolve(advanced.run.model, 'chat').id;
        await inside.usageEvents.insert(toRunUsage(services, advanced.run, { tokens, startedAt, modelId }));
      }
      return advanced?.run;
    });
  };
}

function toRunUsage(
  services: Services,
  { apiKeyId }: RunRecord,
  { tokens, startedAt, modelId }: { tokens: CountedTokens; startedAt: number; modelId: string },
) {
  return toUsageEvent(services, {
    apiKeyId,
    operationId: 'threads.runs.create',
    modelId,
    inputTokens: tokens.promptTokens,
    outputTokens: tokens.completionTokens,
    cachedInputTokens: tokens.cachedTokens,
    startedAt,
  });
}
