/** Jobs in SQL, as workers see them: claim, hold, end. Invariant: whatever ends a job names its lease, and does nothing without it. */
import { sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely';
import { JOBS_TOPIC, type Lease, type SystemJobRepository } from '../repositories/jobs.ts';
import { insertJob, JOB_COLUMNS, type JobSurroundings, jobRepository, toJobRecord } from './jobs.ts';
import type { Schema } from './schema.ts';
import type { SqlDatabase, Writer } from './sql-database.ts';

const LONGEST_REASON = 2000;
/** Rows of one transaction of housekeeping: short enough not to hold up others. */
const BATCH = 100;
const NO_LEASE = { lease_id: null, lease_expires_at: null } as const;

type Leases = Pick<SystemJobRepository, 'claim' | 'renew' | 'complete' | 'retry' | 'bury' | 'release'>;

const byPriority = (a: { priority: number; runAt: number; id: string }, b: typeof a) =>
  a.priority - b.priority || a.runAt - b.runAt || (a.id < b.id ? -1 : 1);

function leases({ write, facts }: SqlDatabase): Leases {
  /** Changes the job while the lease is held; whether it was. */
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
    async claim({ queue, tasks, limit, leaseId, leaseMs }) {
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
    },

    async renew(held, leaseMs) {
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
    },

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
          last_error: reason.slice(0, LONGEST_REASON),
        }),
      ),
    bury: (lease, reason) =>
      end(lease, (update) =>
        update.set({
          status: 'dead',
          dead_at: facts.nowMs,
          unique_key: null,
          last_error: reason.slice(0, LONGEST_REASON),
        }),
      ),
    release: (lease) => end(lease, (update) => update.set({ status: 'queued', attempts: sql<number>`attempts - 1` })),
  };
}

/** Expired leases, locked against others who look for them. */
function expired(writer: Writer, { facts }: SqlDatabase) {
  return writer
    .selectFrom('jobs')
    .select(['id', 'attempts', 'cancel_requested_at as cancelRequestedAt'])
    .where('status', '=', 'running')
    .where('lease_expires_at', '<', facts.nowMs)
    .orderBy('lease_expires_at')
    .limit(BATCH)
    .$if(facts.supportsSkipLocked, (query) => query.forUpdate().skipLocked());
}

function housekeeping(
  surroundings: JobSurroundings,
): Pick<SystemJobRepository, 'reap' | 'enqueueDue' | 'sweepDead' | 'nextDueInMs' | 'listCancelled'> {
  const { database } = surroundings;
  const { reader, write, facts } = database;
  return {
    async nextDueInMs({ queue, tasks }) {
      if (tasks.length === 0) return undefined;
      const next = await reader
        .selectFrom('jobs')
        .select(sql<number>`run_at - ${facts.nowMs}`.as('dueInMs'))
        .where('queue', '=', queue)
        .where('status', '=', 'queued')
        .where('task', 'in', tasks)
        .orderBy('run_at')
        .limit(1)
        .executeTakeFirst();
      return next?.dueInMs;
    },

    async listCancelled(ids) {
      if (ids.length === 0) return [];
      const rows = await reader
        .selectFrom('jobs')
        .select('id')
        .where('id', 'in', ids)
        .where('cancel_requested_at', 'is not', null)
        .execute();
      return rows.map(({ id }) => id);
    },

    async reap(delayMs) {
      // Mostly there is nothing: a look costs no write lock.
      const any = reader.selectFrom('jobs').select('id').where('status', '=', 'running').limit(1);
      if ((await any.where('lease_expires_at', '<', facts.nowMs).executeTakeFirst()) === undefined) return 0;
      return write(async (writer, signal) => {
        const jobs = await expired(writer, database).execute();
        for (const { id, attempts, cancelRequestedAt } of jobs) {
          const waitMs = cancelRequestedAt === null ? Math.round(delayMs(attempts)) : 0;
          await writer
            .updateTable('jobs')
            .set({
              ...NO_LEASE,
              status: 'queued',
              run_at: sql<number>`${facts.nowMs} + ${waitMs}`,
              last_error: `Its worker went away: the lease of attempt ${attempts} expired.`,
            })
            .where('id', '=', id)
            .execute();
        }
        signal(JOBS_TOPIC);
        return jobs.length;
      });
    },

    async enqueueDue(schedules) {
      const due: string[] = [];
      const known = await reader
        .selectFrom('job_schedules')
        .select(['task', sql<number>`next_run_at - ${facts.nowMs}`.as('dueInMs')])
        .execute();
      for (const { task, everyMs } of schedules) {
        const dueInMs = known.find((row) => row.task === task)?.dueInMs ?? 0;
        // Later than a whole period: the period became shorter with a release.
        if (dueInMs <= 0 || dueInMs > everyMs) due.push(task);
      }
      if (due.length === 0) return 0;
      return write(async (writer, signal) => {
        let made = 0;
        for (const { task, everyMs, job } of schedules.filter((schedule) => due.includes(schedule.task))) {
          const next = sql<number>`${facts.nowMs} + ${everyMs}`;
          const mine = await writer
            .insertInto('job_schedules')
            .values({ task, next_run_at: next })
            .onConflict((conflict) =>
              conflict
                .column('task')
                .doUpdateSet({ next_run_at: next })
                .where((where) =>
                  where.or([
                    where('job_schedules.next_run_at', '<=', facts.nowMs),
                    where('job_schedules.next_run_at', '>', next),
                  ]),
                ),
            )
            .returning('task')
            .executeTakeFirst();
          if (mine === undefined) continue;
          await insertJob(surroundings, { writer, signal }, null, job);
          made += 1;
        }
        return made;
      });
    },

    async sweepDead(ageMs) {
      const { numDeletedRows } = await write((writer) =>
        writer
          .deleteFrom('jobs')
          .where('status', '=', 'dead')
          .where('dead_at', '<', sql<number>`${facts.nowMs} - ${ageMs}`)
          .executeTakeFirstOrThrow(),
      );
      return Number(numDeletedRows);
    },
  };
}

export function systemJobRepository(surroundings: JobSurroundings): SystemJobRepository {
  return {
    ...jobRepository(surroundings, null),
    ...leases(surroundings.database),
    ...housekeeping(surroundings),
  };
}
