/**
 * One attempt at one job, from its claim to its end. Invariants: whatever ends the job names its lease; an effect written by `finish` and
 * the job's end are one transaction; an error never leaves this file but as a line for the log.
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
  /** It will be tried again. */
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

/** The task with its types put aside: the payload is what the task itself made, the rooms are those of its scope. */
interface Untyped {
  run(payload: unknown, context: TaskContext<unknown>, services: unknown): Promise<unknown>;
  onDead?(payload: unknown, inside: unknown, reason: string): Promise<void>;
}

const untyped = (task: AnyTask): Untyped => task as unknown as Untyped;
const textOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Ends the job in a transaction that holds its lease, with what else is to be written. */
async function endWith<T>(
  { job, lease, repositories }: Attempt,
  reason: string | undefined,
  work: (inside: unknown, system: SystemRepositories) => Promise<T>,
): Promise<T> {
  return repositories.system().transaction(async (system) => {
    // First: the row that is changed keeps every other worker out until the commit.
    const held = await (reason === undefined ? system.jobs.complete(lease) : system.jobs.bury(lease, reason));
    if (!held) throw new LeaseLost(`The lease of job ${job.id} is lost.`);
    return work(job.projectId === null ? system : system.forProject(job.projectId), system);
  });
}

async function bury(attempt: Attempt, error: unknown): Promise<JobEnd> {
  const { job, task } = attempt;
  const reason = textOf(error);
  await endWith(attempt, reason, async (inside) => untyped(task).onDead?.(job.payload, inside, reason));
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
  await endWith(attempt, undefined, async (_inside, system) => {
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
  if (error instanceof PermanentFailure || job.attempts >= job.maxAttempts) return bury(attempt, error);
  const kept = await jobs.retry(lease, textOf(error), retryDelayMs(job.attempts));
  return kept ? { outcome: 'failed', error } : { outcome: 'lost' };
}

/** Rejects only when the database does; the lease then runs out, and the job is tried again. */
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
