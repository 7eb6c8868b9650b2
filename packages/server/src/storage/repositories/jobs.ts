/**
 * Door: stored jobs. A job is a row until it is done. Invariants: a write that names a lost lease changes nothing and
 * returns false; leases and `runAt` use the clock of the database, so that clocks of workers do not matter.
 */

/** A job to enqueue, created by `task.job(payload)`. */
export interface NewJob {
  /** Name of the task, e.g. `files.validate`. */
  task: string;
  /** A JSON value of at most 64 KiB. It contains ids of records rather than their content. */
  payload: unknown;
  queue: string;
  /** Smaller numbers run first. */
  priority: number;
  maxAttempts: number;
  /** Milliseconds from now by the clock of the database. Default 0. */
  delayMs?: number | undefined;
  /** Unix milliseconds instead of `delayMs`. */
  runAt?: number | undefined;
  /** No second job is created while a job of the project with this key is queued or running. */
  key?: string | undefined;
}

export type JobStatus = 'queued' | 'running' | 'dead';

export interface JobRecord {
  /** `job_…` */
  id: string;
  /** Null for a job of the server. */
  projectId: string | null;
  task: string;
  payload: unknown;
  queue: string;
  priority: number;
  status: JobStatus;
  runAt: number;
  /** Number of attempts so far. */
  attempts: number;
  maxAttempts: number;
  cancelRequestedAt: number | null;
  /** Error of the last attempt. */
  lastError: string | null;
  createdAt: number;
  deadAt: number | null;
}

/** The claim of a worker on a job, until it expires or is released. */
export interface Lease {
  jobId: string;
  leaseId: string;
}

export type CancelOutcome =
  /** It had not started and is deleted. The caller settles its record in the same transaction. */
  | 'removed'
  /** It is running, and its signal is aborted. */
  | 'signalled'
  /** It is done, dead or unknown. */
  | 'absent';

/** Jobs of one project. */
export interface JobRepository {
  /** Returns the id of the new job, or of the job with the same key. Wakes workers when the transaction commits. */
  enqueue(job: NewJob): Promise<string>;
  retrieve(id: string): Promise<JobRecord | undefined>;
  cancel(id: string): Promise<CancelOutcome>;
}

export interface ClaimOptions {
  queue: string;
  /** Names of the tasks that the worker can run. */
  tasks: readonly string[];
  /** Maximum number of jobs to claim. */
  limit: number;
  leaseId: string;
  leaseMs: number;
}

export interface Schedule {
  task: string;
  everyMs: number;
  job: NewJob;
}

/**
 * Number of jobs of one task in one state. `ready` jobs are due and wait for a worker, `delayed` jobs are not due yet.
 */
export interface JobTally {
  task: string;
  state: 'ready' | 'delayed' | 'running' | 'dead';
  count: number;
  /** Milliseconds since the oldest job was due (ready), was created (running) or died (dead). 0 for delayed jobs. */
  oldestMs: number;
}

/** Totals of a periodic task over all processes. */
export interface PeriodicTally {
  task: string;
  /** Number of completed runs. */
  runs: number;
  /** Number of failed attempts. */
  failures: number;
  /** Number of things that it removed or ended. */
  removed: number;
  lastSuccessAt: number | null;
}

/** All jobs, for workers. */
export interface SystemJobRepository extends JobRepository {
  /** Milliseconds until the next job of a queue is due: 0 or less means now, undefined means none. Read-only. */
  nextDueInMs(options: Pick<ClaimOptions, 'queue' | 'tasks'>): Promise<number | undefined>;
  /** Claims due jobs for one worker, in order of priority, then of the time at which they were due. */
  claim(options: ClaimOptions): Promise<JobRecord[]>;
  /** Renews leases and returns the ids of the jobs that are still held. */
  renew(leases: readonly Lease[], leaseMs: number): Promise<Set<string>>;
  /** The ids among `ids` whose cancellation was requested. Read-only. */
  listCancelled(ids: readonly string[]): Promise<string[]>;
  /** Deletes a finished job. False: the lease was lost, and nothing was written. */
  complete(lease: Lease): Promise<boolean>;
  /** Returns a failed job to the queue. False: the lease was lost. */
  retry(lease: Lease, reason: string, delayMs: number): Promise<boolean>;
  /** Marks the job as dead with its reason. False: the lease was lost. */
  deadLetter(lease: Lease, reason: string): Promise<boolean>;
  /**
   * Returns the job to the queue without counting the attempt. It is due after `delayMs` (default 0), or at once if its
   * cancellation was requested. False: the lease was lost.
   */
  release(lease: Lease, delayMs?: number): Promise<boolean>;
  /** Returns jobs with an expired lease to the queue; cancelled ones are due at once. Returns their number. */
  reap(delayMs: (attempts: number) => number): Promise<number>;
  /** Enqueues due periodic tasks, each once among all processes. Returns their number. */
  enqueueDue(schedules: readonly Schedule[]): Promise<number>;
  /** Records that a periodic task has ended, with the number of removed things, or that it failed. */
  recordPeriodic(task: string, outcome: { removed: number } | 'failed'): Promise<void>;
  /** Read-only. */
  tally(): Promise<{ jobs: JobTally[]; periodic: PeriodicTally[] }>;
  /** Deletes jobs that died more than `ageMs` ago. Returns their number. */
  sweepDead(ageMs: number): Promise<number>;
}

/** Topics of `Signals`. */
export const JOBS_TOPIC = 'jobs';
export const CANCELLED_JOBS_TOPIC = 'jobs.cancelled';
