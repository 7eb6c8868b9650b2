/**
 * The worker pool of a process: a lane per queue, the heartbeat of what runs, and the housekeeping that any worker does for all.
 * Invariants: a job that this process no longer holds is told so within a third of a lease; `stop` leaves nothing behind that runs.
 */
import type { IdSource } from '../lib/ids.ts';
import { CANCELLED_JOBS_TOPIC, JOBS_TOPIC, type JobRecord, type Schedule } from '../storage/repositories/jobs.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { Lane, type LaneOptions } from './lane.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type JobEnd, runJob } from './run-job.ts';
import { RunningJobs } from './running-jobs.ts';
import { type AnyTask, DEFAULT_QUEUE, JobCancelled, WorkerStopping } from './task.ts';

const LEASE_MS = 30_000;
const PLACES = 4;
/** What a task gets to end by itself after it was told to stop. */
const LAST_WORDS_MS = 2000;

export interface WorkerPoolOptions {
  repositories: Repositories;
  tasks: readonly AnyTask[];
  /** Given to every task. */
  services: unknown;
  ids: IdSource;
  /** How long a job is held without a sign of life of its worker. Default 30 s. */
  leaseMs?: number;
  /** Jobs at once, per queue. Default 4. */
  places?: number | Readonly<Record<string, number>>;
  /** Told how each attempt ended. */
  onEnd?: (job: JobRecord, end: JobEnd) => void;
  /** Told when the database fails; everything is tried again. */
  onError?: (error: unknown) => void;
}

export interface WorkerPool {
  start(): void;
  /** Takes no more jobs, waits `graceMs` for those that run, tells the others to end, and puts those back to the queue. */
  stop(graceMs: number): Promise<void>;
  /** Jobs that run now. */
  readonly running: number;
}

function schedulesOf(tasks: readonly AnyTask[]): Schedule[] {
  return tasks.flatMap((task) => {
    if (task.everyMs === undefined) return [];
    // One that still waits or runs is enough.
    return [{ task: task.name, everyMs: task.everyMs, job: task.job(null as never, { key: task.name }) }];
  });
}

function createLanes(options: WorkerPoolOptions, leaseMs: number, run: LaneOptions['run']): Lane[] {
  const { repositories, tasks, ids, places = PLACES, onError = () => undefined } = options;
  const { jobs } = repositories.system();
  const queueOf = ({ queue = DEFAULT_QUEUE }: AnyTask) => queue;
  return [...new Set(tasks.map(queueOf))].map((queue) => {
    const names = tasks.filter((task) => queueOf(task) === queue).map(({ name }) => name);
    return new Lane({
      jobs,
      claim: { queue, tasks: names, leaseMs },
      leaseId: () => ids('lease_'),
      places: typeof places === 'number' ? places : (places[queue] ?? PLACES),
      run,
      onError,
    });
  });
}

/** Runs one job from its claim to its end. */
function createRun(options: WorkerPoolOptions, running: RunningJobs): LaneOptions['run'] {
  const { repositories, tasks, services, onEnd = () => undefined, onError = () => undefined } = options;
  const known = new Map(tasks.map((task) => [task.name, task]));
  return async (job, leaseId) => {
    const task = known.get(job.task);
    if (task === undefined) throw new Error(`A job of the unknown task '${job.task}' was taken.`);
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
  const lanes = createLanes(options, leaseMs, createRun(options, running));
  /** One after the other; a failing database stops none of them for good. */
  let keeping: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>) => () => {
    keeping = keeping.then(work).then(() => undefined, onError);
  };
  const tellCancelled = inTurn(() => running.tellCancelled());
  const housekeeping = [
    inTurn(() => running.renew()),
    tellCancelled,
    inTurn(() => jobs.reap(retryDelayMs)),
    inTurn(() => jobs.enqueueDue(schedules)),
  ];
  const housekeep = () => {
    for (const each of housekeeping) each();
  };
  const wakeAll = () => {
    for (const lane of lanes) lane.wake();
  };
  let timer: NodeJS.Timeout | undefined;
  let leave: (() => void)[] = [];

  return {
    start() {
      const { signals } = repositories;
      leave = [signals.subscribe(JOBS_TOPIC, wakeAll), signals.subscribe(CANCELLED_JOBS_TOPIC, tellCancelled)];
      timer = setInterval(housekeep, leaseMs / 3);
      timer.unref();
      housekeep();
      wakeAll();
    },
    async stop(graceMs) {
      for (const each of leave) each();
      await Promise.all(lanes.map((lane) => lane.stop()));
      // The heartbeat goes on while something runs.
      await running.end(graceMs);
      running.abortAll(new WorkerStopping('The server is stopping.'));
      await running.end(LAST_WORDS_MS);
      clearInterval(timer);
      await keeping;
      await running.releaseAll().catch(onError);
    },
    get running() {
      return running.size;
    },
  };
}
