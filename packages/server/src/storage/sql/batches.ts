/** Batches and their lines in SQL. A write of outcomes holds the lock of the batch, also while it reads the status. */
import type { Updateable } from 'kysely';
import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import type {
  BatchChanges,
  BatchLine,
  BatchRecord,
  BatchRepository,
  BatchStatus,
  BatchUsage,
  LineResult,
  SystemBatchRepository,
} from '../repositories/batches.ts';
import { listPage } from './list-page.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';
import type { BatchesTable } from './tables/batches.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'api_key_id as apiKeyId',
  'endpoint',
  'input_file_id as inputFileId',
  'completion_window as completionWindow',
  'output_lifetime_seconds as outputLifetimeSeconds',
  'metadata',
  'status',
  'job_id as jobId',
  'model',
  'errors',
  'output_file_id as outputFileId',
  'error_file_id as errorFileId',
  'total',
  'completed',
  'failed',
  'input_tokens as inputTokens',
  'cached_tokens as cachedTokens',
  'output_tokens as outputTokens',
  'reasoning_tokens as reasoningTokens',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'in_progress_at as inProgressAt',
  'finalizing_at as finalizingAt',
  'completed_at as completedAt',
  'failed_at as failedAt',
  'expired_at as expiredAt',
  'cancelling_at as cancellingAt',
  'cancelled_at as cancelledAt',
] as const;

const CHANGES: Readonly<Record<Exclude<keyof BatchChanges, 'errors'>, keyof BatchesTable>> = {
  status: 'status',
  jobId: 'job_id',
  outputFileId: 'output_file_id',
  errorFileId: 'error_file_id',
  total: 'total',
  inProgressAt: 'in_progress_at',
  finalizingAt: 'finalizing_at',
  completedAt: 'completed_at',
  failedAt: 'failed_at',
  expiredAt: 'expired_at',
  cancellingAt: 'cancelling_at',
  cancelledAt: 'cancelled_at',
};

/** Statuses in which results are still accepted. */
const ACCEPTING_RESULTS: readonly BatchStatus[] = ['in_progress', 'cancelling', 'finalizing'];
/** Keeps the bound parameters of a statement below the limits of both databases. */
const LINES_PER_INSERT = 500;

type Row = Omit<BatchRecord, 'metadata' | 'errors'> & { metadata: string | null; errors: string | null };

function fromRow({ metadata, errors, ...row }: Row): BatchRecord {
  return {
    ...row,
    metadata: metadata === null ? null : JSON.parse(metadata),
    errors: errors === null ? null : JSON.parse(errors),
  };
}

function toColumns({ errors, ...changes }: BatchChanges): Updateable<BatchesTable> {
  const columns = Object.entries(changes).map(([name, value]) => [CHANGES[name as keyof typeof CHANGES], value]);
  return { ...Object.fromEntries(columns), ...defined({ errors: errors && JSON.stringify(errors) }) };
}

interface RecordKey {
  projectId: string;
  id: string;
}

const batchOf = (from: Reader, { projectId, id }: RecordKey) =>
  from.selectFrom('batches').where('id', '=', id).where('project_id', '=', projectId);

const linesOf = (from: Reader, { projectId, id }: RecordKey) =>
  from.selectFrom('batch_lines').where('batch_id', '=', id).where('project_id', '=', projectId);

async function hasStatus(writer: Writer, key: RecordKey, statuses: readonly BatchStatus[]): Promise<boolean> {
  const batch = await batchOf(writer, key).select('status').executeTakeFirst();
  return batch !== undefined && statuses.includes(batch.status);
}

async function insertLines(writer: Writer, { projectId, id }: RecordKey, lines: readonly BatchLine[]): Promise<void> {
  for (let start = 0; start < lines.length; start += LINES_PER_INSERT) {
    const rows = lines.slice(start, start + LINES_PER_INSERT).map(({ customId, ...line }) => ({
      ...line,
      batch_id: id,
      project_id: projectId,
      custom_id: customId,
    }));
    await writer.insertInto('batch_lines').values(rows).execute();
  }
}

async function count(writer: Writer, { projectId, id }: RecordKey, lines: readonly LineResult[]): Promise<void> {
  const of = (wanted: string) => lines.filter(({ outcome }) => outcome === wanted).length;
  const tokens = (name: keyof BatchUsage) => lines.reduce((sum, { usage }) => sum + (usage?.[name] ?? 0), 0);
  const model = lines.find((line) => line.model !== null)?.model;
  await writer
    .updateTable('batches')
    .set(({ eb, fn, val }) => ({
      completed: eb('completed', '+', of('completed')),
      failed: eb('failed', '+', of('failed')),
      input_tokens: eb('input_tokens', '+', tokens('inputTokens')),
      cached_tokens: eb('cached_tokens', '+', tokens('cachedTokens')),
      output_tokens: eb('output_tokens', '+', tokens('outputTokens')),
      reasoning_tokens: eb('reasoning_tokens', '+', tokens('reasoningTokens')),
      ...(model === undefined || model === null ? {} : { model: fn.coalesce('model', val(model)) }),
    }))
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .execute();
}

type ReadLines = Pick<BatchRepository, 'listPending' | 'listFinished'>;
type ChangeLines = Pick<BatchRepository, 'addLines' | 'record' | 'settle' | 'deleteLines'>;

function readLines({ reader }: SqlDatabase, projectId: string): ReadLines {
  return {
    listPending: (id, { after, limit }) =>
      linesOf(reader, { projectId, id })
        .select(['number', 'custom_id as customId', 'start', 'bytes'])
        .where('outcome', 'is', null)
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .execute(),
    async listFinished(id, file, { after, limit }) {
      const rows = await linesOf(reader, { projectId, id })
        .select(['number', 'custom_id as customId', 'outcome', 'result'])
        .where('outcome', file === 'output' ? '=' : '<>', 'completed')
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .execute();
      return rows.flatMap(({ outcome, ...row }) => (outcome === null ? [] : [{ ...row, outcome }]));
    },
  };
}

function changeLines(database: SqlDatabase, projectId: string): ChangeLines {
  const update = (writer: Writer, id: string) =>
    writer
      .updateTable('batch_lines')
      .where('batch_id', '=', id)
      .where('project_id', '=', projectId)
      .where('outcome', 'is', null);
  const locked = <T>(id: string, work: (writer: Writer) => Promise<T>) =>
    database.write(async (writer) => {
      await database.lock(writer, id);
      return work(writer);
    });
  return {
    addLines: (id, lines) =>
      locked(id, async (writer) => {
        if (!(await hasStatus(writer, { projectId, id }, ['validating']))) return false;
        await insertLines(writer, { projectId, id }, lines);
        return true;
      }),
    record: (id, results) =>
      locked(id, async (writer) => {
        if (!(await hasStatus(writer, { projectId, id }, ACCEPTING_RESULTS))) return false;
        const recorded: LineResult[] = [];
        for (const each of results) {
          const { number, outcome, result } = each;
          const done = await update(writer, id)
            .set({ outcome, result })
            .where('number', '=', number)
            .executeTakeFirst();
          // Another worker may have recorded it first.
          if (done.numUpdatedRows > 0n) recorded.push(each);
        }
        await count(writer, { projectId, id }, recorded);
        return true;
      }),
    settle: (id, outcome) =>
      locked(id, async (writer) => {
        const settled = await update(writer, id).set({ outcome }).executeTakeFirst();
        await writer
          .updateTable('batches')
          .set(({ eb }) => ({ failed: eb('failed', '+', Number(settled.numUpdatedRows)) }))
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .execute();
      }),
    async deleteLines(id) {
      await database.write((writer) =>
        writer.deleteFrom('batch_lines').where('batch_id', '=', id).where('project_id', '=', projectId).execute(),
      );
    },
  };
}

export function scopedBatches(database: SqlDatabase, projectId: string): BatchRepository {
  const { reader, write } = database;
  const ofProject = () => reader.selectFrom('batches').where('project_id', '=', projectId);
  return {
    ...readLines(database, projectId),
    ...changeLines(database, projectId),
    async create({ metadata, ...batch }) {
      await write((writer) =>
        writer
          .insertInto('batches')
          .values({
            id: batch.id,
            project_id: projectId,
            api_key_id: batch.apiKeyId,
            endpoint: batch.endpoint,
            input_file_id: batch.inputFileId,
            completion_window: batch.completionWindow,
            output_lifetime_seconds: batch.outputLifetimeSeconds,
            metadata: metadata === null ? null : JSON.stringify(metadata),
            status: 'validating',
            created_at: batch.createdAt,
            expires_at: batch.expiresAt,
          })
          .execute(),
      );
    },
    async retrieve(id) {
      const row = await batchOf(reader, { projectId, id }).select(COLUMNS).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(page) {
      const { records, hasMore } = await listPage({ scope: ofProject(), rows: ofProject().select(COLUMNS) }, page);
      return { records: records.map(fromRow), hasMore };
    },
    update: (id, from, changes) =>
      write(async (writer) => {
        await database.lock(writer, id);
        const row = await writer
          .updateTable('batches')
          .set(toColumns(changes))
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .where('status', 'in', from)
          .returning(COLUMNS)
          .executeTakeFirst();
        return row === undefined ? undefined : fromRow(row);
      }),
  };
}

export function batchRepository({ reader }: SqlDatabase, clock: Clock): SystemBatchRepository {
  return {
    listExpired: (limit) =>
      reader
        .selectFrom('batches')
        .select(['id', 'project_id as projectId'])
        .where('status', 'in', ['validating', 'in_progress'])
        .where('expires_at', '<=', clock.now())
        .orderBy('expires_at')
        .limit(limit)
        .execute(),
  };
}
