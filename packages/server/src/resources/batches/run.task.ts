/**
 * Runs the requests of a batch for one turn, then yields to the next batch. Invariants: a line with an outcome never
 * runs again; results are stored as they arrive, so that a kill loses only the running requests.
 */
import { BlobMissingError } from '../../storage/blobs/blob-storage.ts';
import type { BatchRecord } from '../../storage/repositories/batches.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { defineTask } from '../define-task.ts';
import type { Services } from '../services.ts';
import { CallerRefused, createCaller } from './caller.ts';
import { findEndpoint } from './endpoints.ts';
import finish from './finish.task.ts';
import { createResultKeeper } from './keep-results.ts';
import { openInput } from './open-input.ts';
import { Pause } from './pause.ts';
import { type PendingRequest, readRequests } from './read-requests.ts';
import { type LineDeps, runLine } from './run-line.ts';

/** Length of a turn. Each turn is a new job, so its attempts count from 1. */
const TURN_MS = 120_000;
/** Maximum number of requests in memory; the slots of the model limit how many of them run. */
const HELD_AT_ONCE = 32;
/** Each kill of the worker is an attempt. */
const MAX_ATTEMPTS = 100;

interface Work {
  repositories: ProjectRepositories;
  services: Services;
  signal: AbortSignal;
}

/** Runs requests in parallel until the turn ends. Rejects with the first failure after all have ended. */
async function runAll(
  requests: AsyncGenerator<PendingRequest, undefined>,
  deps: Omit<LineDeps, 'pause'>,
  keep: (result: Awaited<ReturnType<typeof runLine>>) => Promise<void>,
): Promise<void> {
  const { clock } = deps.services;
  const endAt = clock.now() + TURN_MS;
  const broken = new AbortController();
  const signal = AbortSignal.any([deps.signal, broken.signal]);
  const each = { ...deps, signal, pause: new Pause() };
  async function work(): Promise<void> {
    while (clock.now() < endAt) {
      signal.throwIfAborted();
      const next = await requests.next();
      if (next.done === true) return;
      await keep(await runLine(next.value, each));
    }
  }
  const failing = (error: unknown) => broken.abort(error);
  await Promise.all(Array.from({ length: HELD_AT_ONCE }, () => work().catch(failing)));
  signal.throwIfAborted();
}

/** Returns the refusal if the caller has lost access. */
async function takeTurn(
  batch: BatchRecord,
  { repositories, services, signal }: Work,
): Promise<CallerRefused | undefined> {
  const { id, endpoint, inputFileId } = batch;
  const operation = findEndpoint(services.operations, endpoint);
  if (operation === undefined) throw new Error(`'${endpoint}' is not served in batches any more.`);
  const input = await openInput(repositories, services.blobs, inputFileId);
  if (input === undefined) {
    await repositories.batches.settle(id, 'input_file_missing');
    return undefined;
  }
  const caller = createCaller(batch, repositories, services.clock);
  const keeper = createResultKeeper(repositories.batches, id);
  const requests = readRequests(repositories.batches, id, input);
  try {
    await runAll(requests, { operation, endpoint, caller, services, signal }, keeper.add);
  } catch (error) {
    await keeper.flush();
    if (error instanceof CallerRefused) return error;
    if (!(error instanceof BlobMissingError)) throw error;
    await repositories.batches.settle(id, 'input_file_missing');
  }
  await keeper.flush();
  return undefined;
}

const task = defineTask<{ batchId: string }>({
  name: 'batches.run',
  queue: 'batches',
  maxAttempts: MAX_ATTEMPTS,
  async run({ batchId }, { signal, finish: end, repositories }, services) {
    signal.throwIfAborted();
    const batch = await repositories.batches.retrieve(batchId);
    if (batch?.status !== 'in_progress') return;
    const refused = await takeTurn(batch, { repositories, services, signal });
    const now = services.clock.now();
    await end(async ({ batches, jobs }) => {
      const [left] = refused === undefined ? await batches.listPending(batchId, { after: 0, limit: 1 }) : [];
      const changes = left === undefined ? ({ status: 'finalizing', finalizingAt: now } as const) : { jobId: null };
      if ((await batches.update(batchId, ['in_progress'], changes)) === undefined) return;
      if (refused !== undefined) {
        await jobs.enqueue(finish.job({ batchId, as: 'failed', code: refused.code, reason: refused.message }));
      } else if (left === undefined) await jobs.enqueue(finish.job({ batchId, as: 'completed' }));
      else await batches.update(batchId, ['in_progress'], { jobId: await jobs.enqueue(task.job({ batchId })) });
    });
  },
  async onDead({ batchId }, { batches, jobs }, reason) {
    if ((await batches.update(batchId, ['in_progress'], { status: 'finalizing' })) === undefined) return;
    await jobs.enqueue(finish.job({ batchId, as: 'failed', reason }));
  },
});

export default task;
