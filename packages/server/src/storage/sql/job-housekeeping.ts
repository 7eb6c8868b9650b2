/**
 * Housekeeping of jobs in SQL. Checks are reads, because most of them find no work and should not take the write lock.
 */
import { sql } from 'kysely';
import {
  type ClaimOptions,
  JOBS_TOPIC,
  type JobTally,
  type PeriodicTally,
  type Schedule,
  type SystemJobRepository,
} from '../repositories/jobs.ts';
import { leases, NO_LEASE } from './job-leases.ts';
import { insertJob, type JobRepositoryDeps, jobRepository } from './jobs.ts';
import type { SqlDatabase, Writer } from './sql-database.ts';

/** Rows per transaction, few enough not to block other writers for long. */
const BATCH = 100;

/** Jobs with an expired lease, locked against other workers. */
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

async function nextDueInMs(
  { reader, facts }: SqlDatabase,
  { queue, tasks }: Pick<ClaimOptions, 'queue' | 'tasks'>,
): Promise<number | undefined> {
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
}

async function listCancelled({ reader }: SqlDatabase, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await reader
    .selectFrom('jobs')
    .select('id')
    .where('id', 'in', ids)
    .where('cancel_requested_at', 'is not', null)
    .execute();
  return rows.map(({ id }) => id);
}

async function reap(database: SqlDatabase, delayMs: (attempts: number) => number): Promise<number> {
  const { reader, write, facts } = database;
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
}

async function enqueueDue(deps: JobRepositoryDeps, schedules: readonly Schedule[]): Promise<number> {
  const { reader, write, facts } = deps.database;
  const due: string[] = [];
  const known = await reader
    .selectFrom('job_schedules')
    .select(['task', sql<number>`next_run_at - ${facts.nowMs}`.as('dueInMs')])
    .execute();
  for (const { task, everyMs } of schedules) {
    const dueInMs = known.find((row) => row.task === task)?.dueInMs ?? 0;
    // A due time beyond one period means that a release has shortened the period.
    if (dueInMs <= 0 || dueInMs > everyMs) due.push(task);
  }
  if (due.length === 0) return 0;
  return write(async (writer, signal) => {
    let enqueued = 0;
    for (const { task, everyMs, job } of schedules.filter((schedule) => due.includes(schedule.task))) {
      const next = sql<number>`${facts.nowMs} + ${everyMs}`;
      const taken = await writer
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
      if (taken === undefined) continue;
      await insertJob(deps, job, { writer, signal });
      enqueued += 1;
    }
    return enqueued;
  });
}

async function sweepDead({ write, facts }: SqlDatabase, ageMs: number): Promise<number> {
  const { numDeletedRows } = await write((writer) =>
    writer
      .deleteFrom('jobs')
      .where('status', '=', 'dead')
      .where('dead_at', '<', sql<number>`${facts.nowMs} - ${ageMs}`)
      .executeTakeFirstOrThrow(),
  );
  return Number(numDeletedRows);
}

/** The row exists since the job was created. */
async function recordPeriodic(
  { write, facts }: SqlDatabase,
  task: string,
  outcome: { removed: number } | 'failed',
): Promise<void> {
  const more = (column: string, count: number) => sql<number>`${sql.ref(column)} + ${count}`;
  const changes =
    outcome === 'failed'
      ? { failures: more('failures', 1) }
      : { runs: more('runs', 1), removed: more('removed', outcome.removed), last_success_at: facts.nowMs };
  await write((writer) => writer.updateTable('job_schedules').set(changes).where('task', '=', task).execute());
}

async function tallyJobs({ reader, facts }: SqlDatabase): Promise<JobTally[]> {
  const isDelayed = sql<boolean>`status = 'queued' AND run_at > ${facts.nowMs}`;
  const state = sql<
    JobTally['state']
  >`CASE WHEN ${isDelayed} THEN 'delayed' WHEN status = 'queued' THEN 'ready' ELSE status END`;
  const since = sql<number>`CASE WHEN status = 'queued' THEN run_at ELSE coalesce(dead_at, created_at) END`;
  const rows = await reader
    .selectFrom('jobs')
    .select(({ fn }) => ['task', state.as('state'), fn.countAll<number>().as('count')])
    .select(sql<number>`${facts.nowMs} - min(${since})`.as('oldestMs'))
    .groupBy(['task', sql`state`])
    .orderBy('task')
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count), oldestMs: Math.max(0, Number(row.oldestMs)) }));
}

function tallyPeriodic({ reader }: SqlDatabase): Promise<PeriodicTally[]> {
  const columns = ['task', 'runs', 'failures', 'removed', 'last_success_at as lastSuccessAt'] as const;
  return reader.selectFrom('job_schedules').select(columns).orderBy('task').execute();
}

export function systemJobRepository(deps: JobRepositoryDeps): SystemJobRepository {
  const { database } = deps;
  return {
    ...jobRepository(deps),
    ...leases(database),
    nextDueInMs: (options) => nextDueInMs(database, options),
    listCancelled: (ids) => listCancelled(database, ids),
    reap: (delayMs) => reap(database, delayMs),
    enqueueDue: (schedules) => enqueueDue(deps, schedules),
    recordPeriodic: (task, outcome) => recordPeriodic(database, task, outcome),
    tally: async () => ({ jobs: await tallyJobs(database), periodic: await tallyPeriodic(database) }),
    sweepDead: (ageMs) => sweepDead(database, ageMs),
  };
}
