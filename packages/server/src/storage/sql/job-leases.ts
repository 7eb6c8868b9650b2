/**
 * Claiming, renewing and ending jobs in SQL. Invariant: a write that ends a job names its lease and does nothing when
 * the lease is lost.
 */
import { sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely';
import type { ClaimOptions, JobRecord, Lease, SystemJobRepository } from '../repositories/jobs.ts';
import { JOB_COLUMNS, toJobRecord } from './jobs.ts';
import type { Schema } from './schema.ts';
import type { SqlDatabase } from './sql-database.ts';

const MAX_REASON_CHARACTERS = 2000;
export const NO_LEASE = { lease_id: null, lease_expires_at: null } as const;

type Leases = Pick<SystemJobRepository, 'claim' | 'renew' | 'complete' | 'retry' | 'deadLetter' | 'release'>;

const byPriority = (a: { priority: number; runAt: number; id: string }, b: typeof a) =>
  a.priority - b.priority || a.runAt - b.runAt || (a.id < b.id ? -1 : 1);

async function claim({ write, facts }: SqlDatabase, options: ClaimOptions): Promise<JobRecord[]> {
  const { queue, tasks, limit, leaseId, leaseMs } = options;
  if (tasks.length === 0 || limit < 1) return [];
  const rows = await write((writer) =>
    writer
      .with(
        (cte) => cte('ready').materialized(),
        (db) =>
          db
            .selectFrom('jobs')
            .select('id')
            .where('queue', '=', queue)
            .where('status', '=', 'queued')
            .where('task', 'in', tasks)
            .where('run_at', '<=', facts.nowMs)
            .orderBy('priority')
            .orderBy('run_at')
            .orderBy('id')
            .limit(limit)
            .$if(facts.supportsSkipLocked, (query) => query.forUpdate().skipLocked()),
      )
      .updateTable('jobs')
      .set({
        status: 'running',
        attempts: sql<number>`attempts + 1`,
        lease_id: leaseId,
        lease_expires_at: sql<number>`${facts.nowMs} + ${leaseMs}`,
      })
      .where('id', 'in', (db) => db.selectFrom('ready').select('ready.id'))
      .returning(JOB_COLUMNS)
      .execute(),
  );
  return rows.map(toJobRecord).toSorted(byPriority);
}

async function renew({ write, facts }: SqlDatabase, held: readonly Lease[], leaseMs: number): Promise<Set<string>> {
  if (held.length === 0) return new Set();
  const rows = await write((writer) =>
    writer
      .updateTable('jobs')
      .set({ lease_expires_at: sql<number>`${facts.nowMs} + ${leaseMs}` })
      .where(
        'id',
        'in',
        held.map(({ jobId }) => jobId),
      )
      .where('lease_id', 'in', [...new Set(held.map(({ leaseId }) => leaseId))])
      .returning('id')
      .execute(),
  );
  return new Set(rows.map(({ id }) => id));
}

export function leases(database: SqlDatabase): Leases {
  const { write, facts } = database;
  /** Updates the job if the lease is held, and returns whether it is. */
  async function end(
    { jobId, leaseId }: Lease,
    change: (update: UpdateQueryBuilder<Schema, 'jobs', 'jobs', UpdateResult>) => typeof update,
  ): Promise<boolean> {
    const { numUpdatedRows } = await write((writer) =>
      change(writer.updateTable('jobs'))
        .set(NO_LEASE)
        .where('id', '=', jobId)
        .where('lease_id', '=', leaseId)
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  return {
    claim: (options) => claim(database, options),
    renew: (held, leaseMs) => renew(database, held, leaseMs),

    async complete({ jobId, leaseId }) {
      const { numDeletedRows } = await write((writer) =>
        writer.deleteFrom('jobs').where('id', '=', jobId).where('lease_id', '=', leaseId).executeTakeFirstOrThrow(),
      );
      return numDeletedRows > 0n;
    },

    retry: (lease, reason, delayMs) =>
      end(lease, (update) =>
        update.set({
          status: 'queued',
          run_at: sql<number>`${facts.nowMs} + ${Math.round(delayMs)}`,
          last_error: reason.slice(0, MAX_REASON_CHARACTERS),
        }),
      ),
    deadLetter: (lease, reason) =>
      end(lease, (update) =>
        update.set({
          status: 'dead',
          dead_at: facts.nowMs,
          unique_key: null,
          last_error: reason.slice(0, MAX_REASON_CHARACTERS),
        }),
      ),
    release: (lease, delayMs = 0) =>
      end(lease, (update) =>
        update.set({ status: 'queued', attempts: sql<number>`attempts - 1` }).$if(delayMs > 0, (delayed) =>
          delayed.set({
            run_at: sql<number>`case when cancel_requested_at is null then ${facts.nowMs} + ${Math.round(delayMs)} else run_at end`,
          }),
        ),
      ),
  };
}
