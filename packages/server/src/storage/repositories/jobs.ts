/**
 * Door: jobs as they are kept. A job is a row until it is done. Invariants: who holds a lease is told when it is lost, before anything is
 * written in its name; leases and `runAt` follow the database's clock, so that the clocks of workers do not matter.
 */

/** What a job is made of. Tasks make them: `task.job(payload)`. */
export interface NewJob {
  /** The task's name, e.g. `files.validate`. */
  task: string;
  /** Anything that JSON can hold, at most 64 KiB of it. Ids of records rather than their content. */
  payload: unknown;
  queue: string;
  /** Smaller numbers run first. */
  priority: number;
  maxAttempts: number;
  /** Milliseconds from now, by the database's clock. Default 0. */
  delayMs?: number | undefined;
  /** Unix milliseconds instead of `delayMs`. */
  runAt?: number | undefined;
  /** While a job of the project with this key is queued or running, no second one is made. */
  key?: string | undefined;
}

export type JobStatus = 'queued' | 'running' | 'dead';

export interface JobRecord {
  /** `job_…` */
  id: string;
  /** Null: the server's own. */
  projectId: string | null;
  task: string;
  payload: unknown;
  queue: string;
  priority: number;
  status: JobStatus;
  runAt: number;
  /** Times it was begun. */
  attempts: number;
  maxAttempts: number;
  cancelRequestedAt: number | null;
  /** What the last attempt died of; of a dead job, the reason of its death. */
  lastError: string | null;
  createdAt: number;
  deadAt: number | null;
}

/** The right to work on a job, until it expires or is taken back. */
export interface Lease {
  jobId: string;
  leaseId: string;
}

export type CancelOutcome =
  /** It had not begun and is gone: whoever cancels settles its record, in the same transaction. */
  | 'removed'
  /** It is running, and its task is told. */
  | 'signalled'
  /** It is done, dead or never was. */
  | 'absent';

/** Jobs of one project. */
export interface JobRepository {
  /** Answers the id of the new job, or of the one that has the same key. Workers are woken when the transaction commits. */
  enqueue(job: NewJob): Promise<string>;
  retrieve(id: string): Promise<JobRecord | undefined>;
  cancel(id: string): Promise<CancelOutcome>;
}

export interface ClaimOptions {
  queue: string;
  /** Names of the tasks that the worker knows; others are left to workers that do. */
  tasks: readonly string[];
  /** Most jobs to take. */
  limit: number;
  leaseId: string;
  leaseMs: number;
}

export interface Schedule {
  task: string;
  everyMs: number;
  job: NewJob;
}

/** Jobs of one task in one state: `ready` are due and wait for a worker, `delayed` are not due yet. */
export interface JobTally {
  task: string;
  state: 'ready' | 'delayed' | 'running' | 'dead';
  count: number;
  /** Since the first of them was due, ms; of those that run since it was made, of the dead since it died. 0 for delayed ones. */
  oldestMs: number;
}

/** What a periodic task did so far, in all processes. */
export interface PeriodicTally {
  task: string;
  /** Times it came to its end. */
  runs: number;
  /** Attempts that failed. */
  failures: number;
  /** Things that it removed or ended. */
  removed: number;
  lastSuccessAt: number | null;
}

/** All jobs, for workers. */
export interface SystemJobRepository extends JobRepository {
  /** Milliseconds until the next job of a queue is due; 0 or less: now; undefined: there is none. A read. */
  nextDueInMs(options: Pick<ClaimOptions, 'queue' | 'tasks'>): Promise<number | undefined>;
  /** Takes due jobs, the smallest priority first, then the longest due. Each goes to one worker. */
  claim(options: ClaimOptions): Promise<JobRecord[]>;
  /** Prolongs leases; answers the ids of the jobs that are still held. */
  renew(leases: readonly Lease[], leaseMs: number): Promise<Set<string>>;
  /** Those of `ids` whose cancellation was asked for. A read. */
  listCancelled(ids: readonly string[]): Promise<string[]>;
  /** The job is done and forgotten. False: the lease was lost, and nothing was written. */
  complete(lease: Lease): Promise<boolean>;
  /** Back to the queue after a failure. False: the lease was lost. */
  retry(lease: Lease, reason: string, delayMs: number): Promise<boolean>;
  /** Kept as dead, with its reason. False: the lease was lost. */
  deadLetter(lease: Lease, reason: string): Promise<boolean>;
  /**
   * Back to the queue as if it had not been begun, to run after `delayMs` (default 0), or at once where its cancellation was asked for.
   * False: the lease was lost.
   */
  release(lease: Lease, delayMs?: number): Promise<boolean>;
  /** Puts jobs whose lease has expired back to the queue; one whose cancellation was asked for at once. Answers how many. */
  reap(delayMs: (attempts: number) => number): Promise<number>;
  /** Enqueues the periodic tasks that are due, each once among all processes. Answers how many. */
  enqueueDue(schedules: readonly Schedule[]): Promise<number>;
  /** Of a periodic task: it came to its end and removed so many things, or it failed. */
  recordPeriodic(task: string, outcome: { removed: number } | 'failed'): Promise<void>;
  /** A read. */
  tally(): Promise<{ jobs: JobTally[]; periodic: PeriodicTally[] }>;
  /** Forgets jobs that died longer than `ageMs` ago. Answers how many. */
  sweepDead(ageMs: number): Promise<number>;
}

/** Topics of `Signals`. */
export const JOBS_TOPIC = 'jobs';
export const CANCELLED_JOBS_TOPIC = 'jobs.cancelled';
