/** Enqueueing, retrieving and cancelling jobs in SQL. */
import { sql } from 'kysely';
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import {
  CANCELLED_JOBS_TOPIC,
  type CancelOutcome,
  JOBS_TOPIC,
  type JobRecord,
  type JobRepository,
  type NewJob,
} from '../repositories/jobs.ts';
import type { Signal, SqlDatabase, Writer } from './sql-database.ts';

const MAX_PAYLOAD_BYTES = 64 * 1024;
const ENQUEUE_TRIES = 3;

export const JOB_COLUMNS = [
  'id',
  'project_id as projectId',
  'task',
  'payload',
  'queue',
  'priority',
  'status',
  'run_at as runAt',
  'attempts',
  'max_attempts as maxAttempts',
  'cancel_requested_at as cancelRequestedAt',
  'last_error as lastError',
  'created_at as createdAt',
  'dead_at as deadAt',
] as const;

export function toJobRecord(row: Omit<JobRecord, 'payload'> & { payload: string }): JobRecord {
  return { ...row, payload: JSON.parse(row.payload) as unknown };
}

export interface JobRepositoryDeps {
  clock: Clock;
  ids: IdSource;
  database: SqlDatabase;
  /** The project of the jobs; null for jobs of the server, which can access all jobs. */
  scope: string | null;
}

function toText(payload: unknown): string {
  const text = JSON.stringify(payload ?? null);
  if (Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES) return text;
  throw new Error(`The payload of a job has more than ${MAX_PAYLOAD_BYTES} bytes: give it ids, not contents.`);
}

/** Inserts a job in the current transaction. */
export async function insertJob(
  deps: JobRepositoryDeps,
  job: NewJob,
  { writer, signal }: { writer: Writer; signal: Signal },
): Promise<string> {
  const { ids, clock, scope } = deps;
  const { facts } = deps.database;
  const uniqueKey = job.key === undefined ? null : `${scope ?? ''}:${job.key}`;
  const values = {
    id: ids('job_'),
    project_id: scope,
    task: job.task,
    payload: toText(job.payload),
    queue: job.queue,
    priority: job.priority,
    status: 'queued' as const,
    run_at: job.runAt ?? sql<number>`${facts.nowMs} + ${Math.round(job.delayMs ?? 0)}`,
    attempts: 0,
    max_attempts: job.maxAttempts,
    unique_key: uniqueKey,
    created_at: clock.now(),
  };
  // The job with the same key may end between the two statements.
  for (let tries = 0; tries < ENQUEUE_TRIES; tries += 1) {
    const inserted = await writer
      .insertInto('jobs')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted !== undefined) {
      signal(JOBS_TOPIC);
      return inserted.id;
    }
    const same = await writer.selectFrom('jobs').select('id').where('unique_key', '=', uniqueKey).executeTakeFirst();
    if (same !== undefined) return same.id;
  }
  throw new Error(`No job '${job.task}' could be created: jobs with its key '${job.key}' start and end too fast.`);
}

export function jobRepository(deps: JobRepositoryDeps): JobRepository {
  const { scope } = deps;
  const { reader, write, facts } = deps.database;

  async function cancel(id: string, writer: Writer, signal: Signal): Promise<CancelOutcome> {
    const removed = await writer
      .deleteFrom('jobs')
      .where('id', '=', id)
      .$if(scope !== null, (query) => query.where('project_id', '=', scope))
      .where('status', '=', 'queued')
      .executeTakeFirst();
    if (removed.numDeletedRows > 0n) return 'removed';
    const signalled = await writer
      .updateTable('jobs')
      .set({ cancel_requested_at: sql<number>`coalesce(cancel_requested_at, ${facts.nowMs})` })
      .where('id', '=', id)
      .$if(scope !== null, (query) => query.where('project_id', '=', scope))
      .where('status', '=', 'running')
      .executeTakeFirst();
    if (signalled.numUpdatedRows === 0n) return 'absent';
    signal(CANCELLED_JOBS_TOPIC);
    return 'signalled';
  }

  return {
    enqueue: (job) => write((writer, signal) => insertJob(deps, job, { writer, signal })),
    async retrieve(id) {
      const row = await reader
        .selectFrom('jobs')
        .select(JOB_COLUMNS)
        .where('id', '=', id)
        .$if(scope !== null, (query) => query.where('project_id', '=', scope))
        .executeTakeFirst();
      return row === undefined ? undefined : toJobRecord(row);
    },
    cancel: (id) => write((writer, signal) => cancel(id, writer, signal)),
  };
}
