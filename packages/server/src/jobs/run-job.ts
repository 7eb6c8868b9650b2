/**
 * Runs one attempt of a claimed job. Invariants: every write that ends the job names its lease; the effect written by
 * `finish` and the end of the job are one transaction; an error of the task becomes a `JobEnd` and is not thrown.
 */
import type { JobRecord, Lease } from '../storage/repositories/jobs.ts';
import type { Repositories, SystemRepositories } from '../storage/repositories/repositories.ts';
import { retryDelayMs } from './retry-delay.ts';
import {
  type AnyTask,
  JobCancelled,
  JobPostponed,
  LeaseLost,
  PermanentFailure,
  type TaskContext,
  WorkerStopping,
} from './task.ts';

export type JobEnd =
  | { outcome: 'done' | 'cancelled' | 'released' | 'postponed' | 'lost' }
  /** The job is retried. */
  | { outcome: 'failed'; error: unknown }
  | { outcome: 'dead'; error: unknown };

export interface Attempt {
  job: JobRecord;
  task: AnyTask;
  lease: Lease;
  signal: AbortSignal;
  repositories: Repositories;
  services: unknown;
}

/** A task without its types: `job.payload` comes from the same task, and the repositories match its scope. */
interface Untyped {
  run(payload: unknown, context: TaskContext<unknown>, services: unknown): Promise<unknown>;
  onDead?(payload: unknown, tx: unknown, reason: string, services: unknown): Promise<void>;
}

const untyped = (task: AnyTask): Untyped => task as unknown as Untyped;
const textOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Ends the job and runs `work` in one transaction that holds the lease. */
async function endWith<T>(
  { job, lease, repositories }: Attempt,
  reason: string | undefined,
  work: (tx: unknown, system: SystemRepositories) => Promise<T>,
): Promise<T> {
  return repositories.system().transaction(async (system) => {
    // First, because the changed row keeps other workers out until the commit.
    const held = await (reason === undefined ? system.jobs.complete(lease) : system.jobs.deadLetter(lease, reason));
    if (!held) throw new LeaseLost(`The lease of job ${job.id} is lost.`);
    return work(job.projectId === null ? system : system.forProject(job.projectId), system);
  });
}

async function deadLetter(attempt: Attempt, error: unknown): Promise<JobEnd> {
  const { job, task, services } = attempt;
  const reason = textOf(error);
  await endWith(attempt, reason, async (tx) => untyped(task).onDead?.(job.payload, tx, reason, services));
  return { outcome: 'dead', error };
}

async function run(attempt: Attempt): Promise<void> {
  const { job, task, signal, repositories, services } = attempt;
  let finished = false;
  const context: TaskContext<unknown> = {
    jobId: job.id,
    attempt: job.attempts,
    maxAttempts: job.maxAttempts,
    signal,
    repositories: (job.projectId === null
      ? repositories.system()
      : repositories.forProject(job.projectId)) as TaskContext<unknown>['repositories'],
    async finish(work) {
      const result = await endWith(attempt, undefined, work);
      finished = true;
      return result;
    },
  };
  const removed = await untyped(task).run(job.payload, context, services);
  if (finished) return;
  await endWith(attempt, undefined, async (_tx, system) => {
    if (task.everyMs === undefined) return;
    await system.jobs.recordPeriodic(task.name, { removed: typeof removed === 'number' ? removed : 0 });
  });
}

async function afterFailure(attempt: Attempt, error: unknown): Promise<JobEnd> {
  const { job, lease, signal, repositories } = attempt;
  const { jobs } = repositories.system();
  if (error instanceof LeaseLost || signal.reason instanceof LeaseLost) return { outcome: 'lost' };
  if (error instanceof JobPostponed) {
    return { outcome: (await jobs.release(lease, error.delayMs)) ? 'postponed' : 'lost' };
  }
  if (signal.reason instanceof WorkerStopping) {
    return { outcome: (await jobs.release(lease)) ? 'released' : 'lost' };
  }
  if (signal.reason instanceof JobCancelled) {
    return { outcome: (await jobs.complete(lease)) ? 'cancelled' : 'lost' };
  }
  if (attempt.task.everyMs !== undefined) await jobs.recordPeriodic(attempt.task.name, 'failed');
  if (error instanceof PermanentFailure || job.attempts >= job.maxAttempts) return deadLetter(attempt, error);
  const kept = await jobs.retry(lease, textOf(error), retryDelayMs(job.attempts));
  return kept ? { outcome: 'failed', error } : { outcome: 'lost' };
}

/** Rejects only when the database fails. The lease then expires, and the job is retried. */
export async function runJob(attempt: Attempt): Promise<JobEnd> {
  const { job } = attempt;
  try {
    if (job.attempts > job.maxAttempts) throw new PermanentFailure(job.lastError ?? 'It was begun too often.');
    await run(attempt);
    return { outcome: 'done' };
  } catch (error) {
    return afterFailure(attempt, error).catch((second: unknown) => {
      if (second instanceof LeaseLost) return { outcome: 'lost' };
      throw second;
    });
  }
}
