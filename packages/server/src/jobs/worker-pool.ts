/**
 * The worker pool of a process: a lane per queue, the heartbeat of what runs, and the housekeeping that any worker does for all.
 * Invariants: a job that this process no longer holds is told so within a third of a lease; `stop` leaves nothing behind that runs.
 */
import type { IdSource } from '../lib/ids.ts';
import { CANCELLED_JOBS_TOPIC, JOBS_TOPIC, type JobRecord, type Lease } from '../storage/repositories/jobs.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { createLane } from './lane.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type JobEnd, runJob } from './run-job.ts';
import { type AnyTask, JobCancelled, LeaseLost, WorkerStopping } from './task.ts';

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

interface Running {
  lease: Lease;
  controller: AbortController;
  ended: Promise<void>;
  /** Local time of the last proof that the lease is held. */
  renewedAt: number;
}

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { repositories, tasks, services, ids, leaseMs = LEASE_MS, places = PLACES } = options;
  const { onEnd = () => undefined, onError = () => undefined } = options;
  const { jobs } = repositories.system();
  const known = new Map(tasks.map((task) => [task.name, task]));
  const running = new Map<string, Running>();
  const schedules = tasks.flatMap((task) => {
    if (task.everyMs === undefined) return [];
    return [{ task: task.name, everyMs: task.everyMs, job: task.job(null as never, { key: task.name }) }];
  });

  async function run(job: JobRecord, leaseId: string): Promise<void> {
    const task = known.get(job.task);
    if (task === undefined) return;
    const controller = new AbortController();
    const lease = { jobId: job.id, leaseId };
    if (job.cancelRequestedAt !== null) controller.abort(new JobCancelled('The job was cancelled.'));
    const attempt = runJob({ job, task, lease, signal: controller.signal, repositories, services });
    const ended = attempt.then((end) => onEnd(job, end), onError);
    running.set(job.id, { lease, controller, ended, renewedAt: performance.now() });
    await ended;
    running.delete(job.id);
  }

  const lanes = [...new Set(tasks.map(({ queue = 'default' }) => queue))].map((queue) =>
    createLane({
      jobs,
      claim: {
        queue,
        tasks: tasks.filter((task) => (task.queue ?? 'default') === queue).map(({ name }) => name),
        leaseMs,
      },
      leaseId: () => ids('lease_'),
      places: typeof places === 'number' ? places : (places[queue] ?? PLACES),
      run,
      onError,
    }),
  );

  async function beat(): Promise<void> {
    const asked = performance.now();
    const mine = [...running.values()];
    try {
      const held = await jobs.renew(
        mine.map(({ lease }) => lease),
        leaseMs,
      );
      for (const each of mine) {
        if (held.has(each.lease.jobId)) each.renewedAt = asked;
        else if (running.get(each.lease.jobId) === each) each.controller.abort(new LeaseLost('The lease is lost.'));
      }
    } catch (error) {
      onError(error);
      // Nobody can be asked; after this time another worker may have the job.
      for (const each of mine) {
        if (asked - each.renewedAt > leaseMs) each.controller.abort(new LeaseLost('The lease could not be renewed.'));
      }
    }
  }

  async function tellCancelled(): Promise<void> {
    for (const id of await jobs.listCancelled([...running.keys()])) {
      running.get(id)?.controller.abort(new JobCancelled('The job was cancelled.'));
    }
  }

  async function housekeep(): Promise<void> {
    await beat();
    await tellCancelled();
    await jobs.reap(retryDelayMs);
    await jobs.enqueueDue(schedules);
  }

  let timer: NodeJS.Timeout | undefined;
  let keeping: Promise<void> = Promise.resolve();
  let leave: (() => void)[] = [];
  const guarded = (work: () => Promise<void>) => () => {
    keeping = keeping.then(work).catch(onError);
  };

  return {
    start() {
      const wakeAll = () => {
        for (const lane of lanes) lane.wake();
      };
      leave = [
        repositories.signals.subscribe(JOBS_TOPIC, wakeAll),
        repositories.signals.subscribe(CANCELLED_JOBS_TOPIC, guarded(tellCancelled)),
      ];
      timer = setInterval(guarded(housekeep), leaseMs / 3);
      timer.unref();
      guarded(housekeep)();
      wakeAll();
    },

    async stop(graceMs) {
      for (const each of leave) each();
      await Promise.all(lanes.map((lane) => lane.stop()));
      const all = () => Promise.all([...running.values()].map(({ ended }) => ended));
      // The heartbeat goes on while something runs.
      await within(all(), graceMs);
      for (const { controller } of running.values()) controller.abort(new WorkerStopping('The server is stopping.'));
      await within(all(), LAST_WORDS_MS);
      clearInterval(timer);
      await keeping;
      // Those that did not listen: another worker may begin them now, and what they still write is refused.
      for (const { lease } of running.values()) await jobs.release(lease).catch(onError);
    },

    get running() {
      return running.size;
    },
  };
}

async function within(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
