/**
 * The worker pool of a process: one worker per queue, the heartbeat of running jobs, and the housekeeping that one of
 * all processes does. Invariants: a job whose lease is lost is aborted within a third of `leaseMs`; nothing runs after
 * `stop`.
 */
import type { IdSource } from '../lib/ids.ts';
import { CANCELLED_JOBS_TOPIC, JOBS_TOPIC, type JobRecord, type Schedule } from '../storage/repositories/jobs.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { QueueWorker, type QueueWorkerOptions } from './queue-worker.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type JobEnd, runJob } from './run-job.ts';
import { RunningJobs } from './running-jobs.ts';
import { type AnyTask, DEFAULT_QUEUE, JobCancelled, WorkerStopping } from './task.ts';

const LEASE_MS = 30_000;
const DEFAULT_SLOTS = 4;
/** Time for tasks to end after their signal is aborted. */
const SHUTDOWN_GRACE_MS = 2000;

export interface WorkerPoolOptions {
  repositories: Repositories;
  tasks: readonly AnyTask[];
  /** Passed to every task. */
  services: unknown;
  ids: IdSource;
  /** A job returns to the queue after this time without a heartbeat of its worker. Default 30 s. */
  leaseMs?: number;
  /** Jobs that run in parallel, per queue. Default 4. */
  slots?: number | Readonly<Record<string, number>>;
  /** Called after each attempt. */
  onEnd?: (job: JobRecord, end: JobEnd) => void;
  /** Called when the database fails. The failed work is repeated. */
  onError?: (error: unknown) => void;
}

export interface WorkerPool {
  start(): void;
  /** Claims no more jobs, waits `graceMs` for running ones, aborts the rest and returns them to the queue. */
  stop(graceMs: number): Promise<void>;
  /** Number of running jobs. */
  readonly running: number;
}

function schedulesOf(tasks: readonly AnyTask[]): Schedule[] {
  return tasks.flatMap((task) => {
    if (task.everyMs === undefined) return [];
    // The key prevents a second job while one is queued or running.
    return [{ task: task.name, everyMs: task.everyMs, job: task.job(null as never, { key: task.name }) }];
  });
}

function createQueueWorkers(
  options: WorkerPoolOptions,
  leaseMs: number,
  run: QueueWorkerOptions['run'],
): QueueWorker[] {
  const { repositories, tasks, ids, slots = DEFAULT_SLOTS, onError = () => undefined } = options;
  const { jobs } = repositories.system();
  const queueOf = ({ queue = DEFAULT_QUEUE }: AnyTask) => queue;
  return [...new Set(tasks.map(queueOf))].map((queue) => {
    const names = tasks.filter((task) => queueOf(task) === queue).map(({ name }) => name);
    return new QueueWorker({
      jobs,
      claim: { queue, tasks: names, leaseMs },
      leaseId: () => ids('lease_'),
      slots: typeof slots === 'number' ? slots : (slots[queue] ?? DEFAULT_SLOTS),
      run,
      onError,
    });
  });
}

/** Returns the function that runs one claimed job to its end. */
function createRun(options: WorkerPoolOptions, running: RunningJobs): QueueWorkerOptions['run'] {
  const { repositories, tasks, services, onEnd = () => undefined, onError = () => undefined } = options;
  const known = new Map(tasks.map((task) => [task.name, task]));
  return async (job, leaseId) => {
    const task = known.get(job.task);
    if (task === undefined) throw new Error(`A job of the unknown task '${job.task}' was claimed.`);
    const controller = new AbortController();
    const lease = { jobId: job.id, leaseId };
    if (job.cancelRequestedAt !== null) controller.abort(new JobCancelled('The job was cancelled.'));
    const attempt = runJob({ job, task, lease, signal: controller.signal, repositories, services });
    const ended = attempt.then((end) => onEnd(job, end), onError);
    await running.hold(lease, controller, ended);
  };
}

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { repositories, tasks, leaseMs = LEASE_MS, onError = () => undefined } = options;
  const { jobs } = repositories.system();
  const schedules = schedulesOf(tasks);
  const running = new RunningJobs(jobs, leaseMs);
  const queueWorkers = createQueueWorkers(options, leaseMs, createRun(options, running));
  /** The steps run one after another; a failure of the database does not stop later ones. */
  let lastStep: Promise<void> = Promise.resolve();
  const queued = (step: () => Promise<unknown>) => () => {
    lastStep = lastStep.then(step).then(() => undefined, onError);
  };
  const abortCancelled = queued(() => running.abortCancelled());
  const steps = [
    queued(() => running.renew()),
    abortCancelled,
    queued(() => jobs.reap(retryDelayMs)),
    queued(() => jobs.enqueueDue(schedules)),
  ];
  const keepHouse = () => {
    for (const step of steps) step();
  };
  const wakeAll = () => {
    for (const worker of queueWorkers) worker.wake();
  };
  let timer: NodeJS.Timeout | undefined;
  let unsubscribes: (() => void)[] = [];

  return {
    start() {
      const { signals } = repositories;
      unsubscribes = [signals.subscribe(JOBS_TOPIC, wakeAll), signals.subscribe(CANCELLED_JOBS_TOPIC, abortCancelled)];
      timer = setInterval(keepHouse, leaseMs / 3);
      timer.unref();
      keepHouse();
      wakeAll();
    },
    async stop(graceMs) {
      for (const unsubscribe of unsubscribes) unsubscribe();
      await Promise.all(queueWorkers.map((worker) => worker.stop()));
      // The heartbeat continues while jobs run.
      await running.waitForAll(graceMs);
      running.abortAll(new WorkerStopping('The server is stopping.'));
      await running.waitForAll(SHUTDOWN_GRACE_MS);
      clearInterval(timer);
      await lastStep;
      await running.releaseAll().catch(onError);
    },
    get running() {
      return running.size;
    },
  };
}
