/**
 * Executes a loop in a job: a worker starts it, generates its turns, and stops when the loop ends or waits for the
 * client.
 * Invariants: every transition is stored before the next one starts; a worker that lost the loop writes nothing more,
 * and another one generates the interrupted turn again; the number of attempts is limited.
 */
import type { LanguageModel, LanguageModelMessage, Priority } from '../../engines/language-model.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { GenerationOptions } from '../../generation/generate.ts';
import { advance } from '../../generation/loop/advance.ts';
import { createDeltaLog } from '../../generation/loop/delta-log.ts';
import type { FittedTurn, TurnSettings } from '../../generation/loop/fitted-generation.ts';
import type { LoopOutput } from '../../generation/loop/loop-output.ts';
import type { LoopStore } from '../../generation/loop/loop-store.ts';
import type { ServerTools } from '../../generation/loop/server-tools.ts';
import { continues } from '../../generation/loop/state-machine.ts';
import { type Finished, ToolLoop, type TurnChoice } from '../../generation/loop/tool-loop.ts';
import { LoopLost, toEnding, type WriteTransition } from '../../generation/loop/turn.ts';
import { JobCancelled, LeaseLost, PermanentFailure, type TaskContext } from '../../jobs/task.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { Services } from '../services.ts';

/** Attempts of a job that executes a loop. */
export const MAX_LOOP_ATTEMPTS = 6;
/** Loops wait for models; other jobs must not wait for loops. */
export const LOOP_QUEUE = 'runs';

type Context = TaskContext<ProjectRepositories>;

/** What an API supplies for one of its loops. */
export interface LoopDeps {
  store: LoopStore;
  output: LoopOutput;
  tools: ServerTools;
  /** The model's name in the request. */
  model: string;
  /** Default `online`. */
  priority?: Priority;
  /** Runs after the start of the loop, before its first turn. */
  prepare?(signal: AbortSignal): Promise<void>;
  /** As in ToolLoopDeps. */
  prepareTurn?(turn: FittedTurn, options: GenerationOptions): Promise<Finished | undefined>;
  /** @throws ApiError if the messages do not fit the settings. */
  toSettings(model: LanguageModel, messages: readonly LanguageModelMessage[], choice: TurnChoice): TurnSettings;
}

export async function executeLoop(
  context: Context,
  services: Pick<Services, 'clock' | 'ids' | 'models' | 'tools'>,
  loopDeps: LoopDeps,
): Promise<void> {
  const { jobId, attempt, maxAttempts } = context;
  const { store, output } = loopDeps;
  const write = createWrite(context, services, loopDeps);
  const started = await write({ type: 'start' });
  if (started?.status !== 'in_progress') return endOrphan(store);
  const lost = new AbortController();
  const onLost = () => lost.abort(new LoopLost());
  const log = createDeltaLog(store, { jobId, attempt, merge: output.mergeDeltas, onLost });
  const loop = new ToolLoop({ ...services, ...loopDeps, definition: started.definition, log, write });
  if (attempt >= maxAttempts) return loop.end({ type: 'fail', error: TOO_MANY_ATTEMPTS });
  try {
    const model = await services.models.languageModel(loopDeps.model);
    const signal = AbortSignal.any([context.signal, lost.signal]);
    await loopDeps.prepare?.(signal);
    await loop.play(started, model, { signal, priority: loopDeps.priority ?? 'online' });
  } catch (error) {
    await settle(error, { loop, write, signal: context.signal });
    await endOrphan(store);
  }
}

const TOO_MANY_ATTEMPTS = {
  code: 'server_error',
  message: 'The server was stopped in each of its attempts.',
} as const;

/** Ends the stream of a loop that was deleted, so that its readers stop waiting. */
async function endOrphan({ id, transaction }: LoopStore): Promise<void> {
  await transaction(async (tx) => {
    if ((await tx.lock()) !== undefined) return;
    await endOrphanStream(tx, id);
  });
}

/** Ends the stream of a loop that does not exist. */
export async function endOrphanStream({ events }: Pick<ProjectRepositories, 'events'>, id: string): Promise<void> {
  const stream = await events.list(id, { afterSeq: -1, limit: 1 });
  if (stream?.ended === false) await events.append(id, [], { end: true });
}

interface Unfinished {
  loop: ToolLoop;
  write: WriteTransition;
  signal: AbortSignal;
}

async function settle(error: unknown, { loop, write, signal }: Unfinished): Promise<void> {
  // A cancellation may be stored before its signal arrives. Nothing is written unless the loop is being cancelled.
  if (error instanceof LoopLost || signal.reason instanceof JobCancelled) return loop.end({ type: 'stopped' });
  // The lease is lost, the server stops, or the database is unavailable: another attempt generates the turn again.
  const isUnavailable = error instanceof ApiError && error.code === 'storage_unavailable';
  if (signal.aborted || error instanceof LeaseLost || isUnavailable) throw error;
  const ending = toEnding(error);
  if (ending.type === 'budget-exhausted') await write(ending);
  else await loop.end(ending);
  if (!(error instanceof ApiError) && ending.type === 'fail') throw new PermanentFailure(String(error));
}

function createWrite(
  { jobId, attempt }: Context,
  { clock, tools }: Pick<Services, 'clock' | 'tools'>,
  { store, output }: LoopDeps,
): WriteTransition {
  const holder = { jobId, attempt };
  return (event, details = {}) => {
    const isTurnEnd = event.type === 'turn-ended';
    // The transition that stops the loop and the end of the job are one transaction.
    const endsJob = event.type === 'finished' || (isTurnEnd && !continues(event));
    return store.transaction(
      async (tx) => {
        const advanced = await advance(tx, { clock, output, citations: tools }, { event, holder, ...details });
        // Throwing rolls back the end of the job.
        if (advanced === undefined && (isTurnEnd || endsJob)) throw new LoopLost();
        return advanced?.record;
      },
      { endsJob },
    );
  };
}
