/**
 * Door: tasks. A task is named code; a job is one piece of work for it. Invariant: a job may start more than once,
 * because its worker may die at any moment. Effects therefore belong in `finish`, which is committed once, together
 * with the end of the job.
 */
import type { NewJob } from '../storage/repositories/jobs.ts';
import type { ProjectRepositories, SystemRepositories, Transactional } from '../storage/repositories/repositories.ts';

export const DEFAULT_QUEUE = 'default';
/** With the delays of `retryDelayMs` the last attempt starts about 68 minutes after the first. */
export const DEFAULT_MAX_ATTEMPTS = 12;

/** Reason of `context.signal` when the job is cancelled. */
export class JobCancelled extends Error {
  override readonly name = 'JobCancelled';
}

/** The worker could not renew its lease. Another worker may hold the job, so this attempt must not write. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The process is stopping. The job returns to the queue, and the attempt does not count. */
export class WorkerStopping extends Error {
  override readonly name = 'WorkerStopping';
}

/** Thrown by a task when a retry cannot succeed. The job becomes dead immediately. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

/** Thrown by a task that cannot run yet. The job returns to the queue for `delayMs`, and the attempt does not count. */
export class JobPostponed extends Error {
  override readonly name = 'JobPostponed';
  readonly delayMs: number;

  constructor(delayMs: number) {
    super(`The job is postponed by ${delayMs} ms.`);
    this.delayMs = delayMs;
  }
}

export interface TaskContext<ScopedRepositories> {
  jobId: string;
  /** 1 for the first attempt. */
  attempt: number;
  maxAttempts: number;
  /**
   * Aborted with JobCancelled (possibly before the start), LeaseLost or WorkerStopping as its reason. The task should
   * then end.
   */
  signal: AbortSignal;
  /** For reads and idempotent writes. */
  repositories: Transactional<ScopedRepositories>;
  /**
   * Ends the job and runs `work` in one transaction. Call it once, as the last step; without it the job is done when
   * `run` returns. Throws LeaseLost, and writes nothing, if this worker no longer holds the job.
   */
  finish<T>(work: (tx: ScopedRepositories) => Promise<T>): Promise<T>;
}

export interface JobOptions {
  /** Smaller numbers run first. Default: the task's priority. */
  priority?: number;
  /** Milliseconds until the job may run. */
  delayMs?: number;
  /** Unix milliseconds from which the job may run, instead of `delayMs`. */
  runAt?: number;
  /** No second job is created while a job of the project with this key is queued or running. */
  key?: string;
}

export interface TaskDefinition<Payload, ScopedRepositories, Services> {
  /** The path of the file: `resources/files/validate.task.ts` is `files.validate`. */
  name: string;
  /** Each queue has separate slots, so that slow jobs do not delay quick ones. Default `default`. */
  queue?: string;
  /** Default 0. */
  priority?: number;
  /** Number of attempts before the job is dead. Default 12. */
  maxAttempts?: number;
  /** Period of a task that one of all processes starts regularly, with the payload null. System tasks only. */
  everyMs?: number;
  /** A periodic task returns the number of things it removed or ended, for `selfsame_housekeeping_removed_total`. */
  run(payload: Payload, context: TaskContext<ScopedRepositories>, services: Services): Promise<void> | Promise<number>;
  /** Runs in the transaction that marks the job as dead, and settles the record that the job served. */
  onDead?(payload: Payload, tx: ScopedRepositories, reason: string, services: Services): Promise<void>;
}

export interface Task<Payload, ScopedRepositories = unknown, Services = unknown>
  extends TaskDefinition<Payload, ScopedRepositories, Services> {
  scope: 'project' | 'system';
  /** Creates the argument of `jobs.enqueue(…)`, which belongs in the transaction of the record that the job serves. */
  job(payload: Payload, options?: JobOptions): NewJob;
}

/** A task of any payload and scope. */
export type AnyTask<Services = unknown> = Task<never, never, Services>;

function createTask<Payload, ScopedRepositories, Services>(
  scope: 'project' | 'system',
  definition: TaskDefinition<Payload, ScopedRepositories, Services>,
): Task<Payload, ScopedRepositories, Services> {
  const { name, queue = DEFAULT_QUEUE, priority = 0, maxAttempts = DEFAULT_MAX_ATTEMPTS } = definition;
  return {
    ...definition,
    scope,
    job: (payload, options = {}) => ({ task: name, queue, priority, maxAttempts, ...options, payload }),
  };
}

/** Creates a task whose jobs belong to a project. It can access only that project. */
export function projectTask<Payload, Services = unknown>(
  definition: Omit<TaskDefinition<Payload, ProjectRepositories, Services>, 'everyMs'>,
): Task<Payload, ProjectRepositories, Services> {
  return createTask('project', definition);
}

/** Creates a task of the server, for housekeeping over all projects. */
export function systemTask<Payload, Services = unknown>(
  definition: TaskDefinition<Payload, SystemRepositories, Services>,
): Task<Payload, SystemRepositories, Services> {
  return createTask('system', definition);
}
