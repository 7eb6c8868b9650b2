/** Runs jobs, in the server or in a separate worker process that shares its database. */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import { createModelRegistry } from '../engines/registry.ts';
import { WELL_KNOWN_MODELS } from '../engines/well-known-models.ts';
import { createEventLog } from '../events/event-log.ts';
import type { JobEnd } from '../jobs/run-job.ts';
import { type AnyTask, DEFAULT_QUEUE } from '../jobs/task.ts';
import { createWorkerPool, type WorkerPool } from '../jobs/worker-pool.ts';
import type { JobRecord } from '../storage/repositories/jobs.ts';
import { openBlobs } from './blobs.ts';
import { openEngines } from './engines.ts';
import { startModelSupply } from './models.ts';
import { startObservation } from './observation.ts';
import { type AllServices, createPipeline } from './pipeline.ts';
import { openStorage } from './storage.ts';
import { loadTasks } from './tasks.ts';

function logEnd(log: Logger, job: JobRecord, end: JobEnd): void {
  const what = { job: job.id, task: job.task, project: job.projectId, attempt: job.attempts, outcome: end.outcome };
  if (end.outcome === 'dead') log.error({ ...what, err: end.error }, 'jobs: gave up');
  else if (end.outcome === 'failed') log.warn({ ...what, err: end.error }, 'jobs: failed, will be tried again');
  else log.debug(what, 'jobs: ended');
}

/** Runs of assistants wait for models most of the time, so this many of them count as one slot of other jobs. */
const RUNS_PER_SLOT = 16;

function slotsOf(tasks: readonly AnyTask[], slots: number): Record<string, number> {
  const queues = new Set(tasks.map(({ queue = DEFAULT_QUEUE }) => queue));
  return Object.fromEntries([...queues].map((queue) => [queue, queue === 'runs' ? slots * RUNS_PER_SLOT : slots]));
}

interface JobObservers {
  log: Logger;
  /** Called after each attempt of a job. */
  onEnd: (task: string, outcome: string) => void;
}

/** Starts to take jobs, unless `jobPlaces` is 0. */
export async function startJobs(
  services: AllServices,
  config: Config,
  { log, onEnd }: JobObservers,
): Promise<Pick<WorkerPool, 'stop'>> {
  if (config.jobPlaces === 0) return { stop: async () => undefined };
  const tasks = await loadTasks();
  const pool = createWorkerPool({
    repositories: services.repositories,
    tasks,
    services,
    ids: services.ids,
    slots: slotsOf(tasks, config.jobPlaces),
    onEnd: (job, end) => {
      onEnd(job.task, end.outcome);
      logEnd(log, job, end);
    },
    onError: (err) => log.error({ err }, 'jobs: the database failed and will be asked again'),
  });
  pool.start();
  return pool;
}

const LONG_MS = 1_000_000;

export interface RunningWorker {
  /** Waits for running jobs during the grace period, then returns them to the queue. */
  close(): Promise<void>;
}

/** A separate worker process. Needs the database of a server, and its data folder if blobs are files. */
export async function startWorker(config: Config, log: Logger): Promise<RunningWorker> {
  const { clock, ids, repositories, apiKeys } = await openStorage(config, (err) => log.error({ err }, 'storage'));
  const { blobs } = await openBlobs(config, { clock, ids });
  const models = createModelRegistry({ aliases: config.aliases, wellKnown: WELL_KNOWN_MODELS });
  // Only the server pulls models.
  const engines = openEngines(config, log, { leads: false });
  const supply = await startModelSupply(
    { ...config, pull: false },
    { registry: models, log, openEngine: engines.open },
  );
  const events = createEventLog(repositories);
  const doors = { models, clock, ids, repositories, events, blobs, limits: config };
  const observation = await startObservation(config, { registry: models, supply, repositories }, log);
  const { services, flushUsage, close } = await createPipeline(doors, {
    config,
    log,
    observe: observation.observe,
  });
  const jobs = await startJobs(services, config, { log, onEnd: observation.metrics.jobEnded });
  // Keeps the process alive while it only waits for jobs.
  const alive = setInterval(() => undefined, LONG_MS);
  return {
    async close() {
      clearInterval(alive);
      await jobs.stop(config.shutdownGraceMs);
      await supply.close();
      await models.close();
      await engines.close(config.shutdownGraceMs);
      await close();
      await observation.close();
      await Promise.all([flushUsage(), apiKeys.flush()]);
      await repositories.close();
    },
  };
}
