/**
 * Door: what a task is. A task is code with a name; a job is one piece of work for it. Invariant: a job may be begun more than once (its
 * worker may die at any moment), so a task's effects belong into `finish`, which happens once, together with the job's own end.
 */
import type { NewJob } from '../storage/repositories/jobs.ts';
import type { ProjectRepositories, SystemRepositories, Transactional } from '../storage/repositories/repositories.ts';

export const DEFAULT_QUEUE = 'default';
/** With the delays of `retryDelayMs`, about 68 minutes pass from the first attempt to the last. */
export const DEFAULT_MAX_ATTEMPTS = 12;

/** Why `context.signal` is aborted. */
export class JobCancelled extends Error {
  override readonly name = 'JobCancelled';
}

/** The worker could not prolong its lease: another one may have the job by now. Nothing may be written any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The process is stopping: the job goes back to the queue, and the attempt does not count. */
export class WorkerStopping extends Error {
  override readonly name = 'WorkerStopping';
}

/** Thrown by a task when trying again cannot help: the job is dead at once. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

/** Thrown by a task that cannot do its work yet: the job goes back to the queue for so long, and the attempt does not count. */
export class JobPostponed extends Error {
  override readonly name = 'JobPostponed';
  readonly delayMs: number;

  constructor(delayMs: number) {
    super(`The job is postponed by ${delayMs} ms.`);
    this.delayMs = delayMs;
  }
}

export interface TaskContext<Rooms> {
  jobId: string;
  /** 1 for the first. */
  attempt: number;
  maxAttempts: number;
  /** Aborted with JobCancelled (maybe before the start), LeaseLost or WorkerStopping as its reason: end soon. */
  signal: AbortSignal;
  /** For what can be done twice without harm. */
  repositories: Transactional<Rooms>;
  /**
   * Ends the job: in one transaction the job is done and `work` is written, or neither. Call it last, and once; a task that never calls
   * it is done when `run` returns. Throws LeaseLost, having written nothing, when the job is no longer this worker's.
   */
  finish<T>(work: (inside: Rooms) => Promise<T>): Promise<T>;
}

export interface JobOptions {
  /** Default: the task's. Smaller numbers run first. */
  priority?: number;
  /** Milliseconds until it may run. */
  delayMs?: number;
  /** Unix milliseconds at which it may run, instead of `delayMs`. */
  runAt?: number;
  /** While a job with this key waits or runs in the project, no second one is made. */
  key?: string;
}

export interface TaskDefinition<Payload, Rooms, Services> {
  /** The file's path: `resources/files/validate.task.ts` is `files.validate`. */
  name: string;
  /** Each queue has its own places in a worker, so that slow work does not hold up quick work. Default `default`. */
  queue?: string;
  /** Default 0. */
  priority?: number;
  /** Times a job is begun before it is dead. Default 12. */
  maxAttempts?: number;
  /** Runs by itself, once among all processes, whenever so much time has passed; the payload is then null. Tasks of the server only. */
  everyMs?: number;
  /** With `everyMs` it answers how many things it has removed or ended: see `selfsame_housekeeping_removed_total`. */
  run(payload: Payload, context: TaskContext<Rooms>, services: Services): Promise<void> | Promise<number>;
  /** Written in the transaction that declares the job dead: settles the record that the job served. */
  onDead?(payload: Payload, inside: Rooms, reason: string): Promise<void>;
}

export interface Task<Payload, Rooms = unknown, Services = unknown> extends TaskDefinition<Payload, Rooms, Services> {
  scope: 'project' | 'system';
  /** For `jobs.enqueue(…)`, inside the transaction of the record that the job serves. */
  job(payload: Payload, options?: JobOptions): NewJob;
}

/** Any task, for those that handle them without knowing what they do. */
export type AnyTask<Services = unknown> = Task<never, never, Services>;

function make<Payload, Rooms, Services>(
  scope: 'project' | 'system',
  definition: TaskDefinition<Payload, Rooms, Services>,
): Task<Payload, Rooms, Services> {
  const { name, queue = DEFAULT_QUEUE, priority = 0, maxAttempts = DEFAULT_MAX_ATTEMPTS } = definition;
  return {
    ...definition,
    scope,
    job: (payload, options = {}) => ({ task: name, queue, priority, maxAttempts, ...options, payload }),
  };
}

/** A task whose jobs belong to a project: it sees that project only. */
export function projectTask<Payload, Services = unknown>(
  definition: Omit<TaskDefinition<Payload, ProjectRepositories, Services>, 'everyMs'>,
): Task<Payload, ProjectRepositories, Services> {
  return make('project', definition);
}

/** A task of the server itself: housekeeping over all projects. */
export function systemTask<Payload, Services = unknown>(
  definition: TaskDefinition<Payload, SystemRepositories, Services>,
): Task<Payload, SystemRepositories, Services> {
  return make('system', definition);
}
