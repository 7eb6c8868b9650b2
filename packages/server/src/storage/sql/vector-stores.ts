/** Vector stores and batches of their files in SQL. */
import { sql } from 'kysely';
import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import type { FileCounts } from '../repositories/vector-store-files.ts';
import type {
  FileBatchWithTotals,
  SystemVectorStoreRepository,
  VectorStoreRecord,
  VectorStoreRepository,
  VectorStoreWithTotals,
} from '../repositories/vector-stores.ts';
import { listPage } from './list-page.ts';
import type { ChunkIndex } from './search/chunk-index.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'name',
  'description',
  'metadata',
  'embedding_model as embeddingModel',
  'expires_after_days as expiresAfterDays',
  'expires_at as expiresAt',
  'last_active_at as lastActiveAt',
  'created_at as createdAt',
] as const;

const BATCH_COLUMNS = [
  'id',
  'project_id as projectId',
  'store_id as storeId',
  'cancelled_at as cancelledAt',
  'created_at as createdAt',
] as const;

type Row = Omit<VectorStoreRecord, 'metadata'> & { metadata: string };

interface Totals {
  usageBytes: number;
  fileCounts: FileCounts;
}

const NAMES = {
  in_progress: 'inProgress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;

const noTotals = (): Totals => ({
  usageBytes: 0,
  fileCounts: { inProgress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
});

/** Totals of files per store or per batch. */
async function totalsOf(from: Reader, owner: 'store_id' | 'batch_id', ids: readonly string[]) {
  const totals = new Map<string, Totals>(ids.map((id) => [id, noTotals()]));
  if (ids.length === 0) return totals;
  const rows = await from
    .selectFrom('vector_store_files')
    .select(({ fn }) => [
      `${owner} as owner` as const,
      'status',
      fn.countAll<number>().as('files'),
      fn.sum<number>('usage_bytes').as('bytes'),
    ])
    .where(owner, 'in', ids)
    .groupBy([owner, 'status'])
    .execute();
  for (const { owner: id, status, files, bytes } of rows) {
    const sums = totals.get(id ?? '');
    if (sums === undefined) continue;
    sums.usageBytes += Number(bytes);
    sums.fileCounts[NAMES[status]] += Number(files);
    sums.fileCounts.total += Number(files);
  }
  return totals;
}

/** Returns the next free key. Holds a lock until the end of the transaction, so that keys are unique. */
export async function nextKey(
  database: SqlDatabase,
  writer: Writer,
  table: 'vector_stores' | 'vector_store_files',
): Promise<number> {
  await database.lock(writer, `${table}.key`);
  const row = await writer
    .selectFrom(table)
    .select(({ fn }) => fn.max<number | null>('key').as('key'))
    .executeTakeFirst();
  return Number(row?.key ?? 0) + 1;
}

type NewStore = Omit<VectorStoreRecord, 'embeddingModel'>;

async function insertStore(writer: Writer, key: number, { id, projectId, ...record }: NewStore): Promise<void> {
  const { name, description, metadata, expiresAfterDays, expiresAt, lastActiveAt, createdAt } = record;
  const times = { expires_at: expiresAt, last_active_at: lastActiveAt, created_at: createdAt };
  const sizes = { version: 0, shrunk_version: 0, chunk_count: 0, vector_count: 0, term_count: 0 };
  const owner = { id, project_id: projectId, key, name, description, embedding_model: null };
  await writer
    .insertInto('vector_stores')
    .values({
      ...owner,
      ...times,
      ...sizes,
      metadata: JSON.stringify(metadata),
      expires_after_days: expiresAfterDays,
    })
    .execute();
}

export function scopedVectorStores(
  database: SqlDatabase,
  search: ChunkIndex,
  projectId: string,
): VectorStoreRepository {
  const { reader, write } = database;
  const ofProject = (from: Reader = reader) => from.selectFrom('vector_stores').where('project_id', '=', projectId);

  async function toViews(rows: Row[]): Promise<VectorStoreWithTotals[]> {
    const totals = await totalsOf(
      reader,
      'store_id',
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({ ...row, metadata: JSON.parse(row.metadata), ...(totals.get(row.id) ?? noTotals()) }));
  }

  return {
    create: (record) =>
      write(async (writer) => {
        const key = await nextKey(database, writer, 'vector_stores');
        await insertStore(writer, key, { ...record, projectId });
      }),
    async retrieve(id) {
      const [view] = await toViews(await ofProject().select(COLUMNS).where('id', '=', id).execute());
      return view;
    },
    async list(page) {
      const { records, hasMore } = await listPage({ scope: ofProject(), rows: ofProject().select(COLUMNS) }, page);
      return { records: await toViews(records), hasMore };
    },
    async update(id, { name, metadata, expiresAfterDays, expiresAt, lastActiveAt }) {
      const change = defined({
        name,
        metadata: metadata && JSON.stringify(metadata),
        expires_after_days: expiresAfterDays,
        expires_at: expiresAt,
        last_active_at: lastActiveAt,
      });
      const changed = await write((writer) =>
        writer
          .updateTable('vector_stores')
          .set(change)
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .executeTakeFirst(),
      );
      return changed.numUpdatedRows > 0n;
    },
    delete: (id) => write((writer) => deleteStore({ database, search, writer }, { id, projectId })),
    ...batchMethods(database, projectId),
    nearest: (query) => search.nearest(projectId, query),
    search: (query) => search.search(projectId, query),
    listChunks: (storeId, keys) => search.listChunks({ projectId, storeId }, keys),
  };
}

async function deleteStore(
  { database, search, writer }: { database: SqlDatabase; search: ChunkIndex; writer: Writer },
  { id, projectId }: { id: string; projectId: string },
): Promise<string[] | undefined> {
  await database.lock(writer, id);
  const store = await writer
    .selectFrom('vector_stores')
    .select('key')
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  if (store === undefined) return undefined;
  const files = await writer
    .selectFrom('vector_store_files')
    .select(['key', 'job_id', 'status'])
    .where('store_id', '=', id)
    .execute();
  await search.dropStore(
    writer,
    store.key,
    files.map(({ key }) => key),
  );
  await writer.deleteFrom('vector_store_files').where('store_id', '=', id).execute();
  await writer.deleteFrom('vector_store_file_batches').where('store_id', '=', id).execute();
  await writer.deleteFrom('vector_stores').where('id', '=', id).execute();
  return files.filter(({ status }) => status === 'in_progress').map(({ job_id }) => job_id);
}

type BatchMethods = Pick<VectorStoreRepository, 'createBatch' | 'retrieveBatch' | 'cancelBatch'>;

function batchMethods({ reader, write, ...database }: SqlDatabase, projectId: string): BatchMethods {
  const find = (from: Reader, storeId: string, id: string) =>
    from
      .selectFrom('vector_store_file_batches')
      .select(BATCH_COLUMNS)
      .where('id', '=', id)
      .where('store_id', '=', storeId)
      .where('project_id', '=', projectId)
      .executeTakeFirst();
  return {
    async createBatch({ id, storeId, createdAt }) {
      const row = { id, project_id: projectId, store_id: storeId, cancelled_at: null, created_at: createdAt };
      await write((writer) => writer.insertInto('vector_store_file_batches').values(row).execute());
    },
    async retrieveBatch(storeId, id): Promise<FileBatchWithTotals | undefined> {
      const batch = await find(reader, storeId, id);
      if (batch === undefined) return undefined;
      const totals = (await totalsOf(reader, 'batch_id', [id])).get(id) ?? noTotals();
      return { ...batch, fileCounts: totals.fileCounts };
    },
    cancelBatch: (storeId, id, cancelledAt) =>
      write(async (writer) => {
        await database.lock(writer, storeId);
        if ((await find(writer, storeId, id)) === undefined) return undefined;
        const open = writer
          .selectFrom('vector_store_files')
          .select('job_id')
          .where('batch_id', '=', id)
          .where('status', '=', 'in_progress');
        const jobs = await open.execute();
        if (jobs.length === 0) return [];
        await writer
          .updateTable('vector_store_files')
          .set({ status: 'cancelled' })
          .where('batch_id', '=', id)
          .where('status', '=', 'in_progress')
          .execute();
        await writer
          .updateTable('vector_store_file_batches')
          .set({ cancelled_at: sql<number>`coalesce(cancelled_at, ${cancelledAt})` })
          .where('id', '=', id)
          .execute();
        return jobs.map(({ job_id }) => job_id);
      }),
  };
}

export function vectorStoreRepository({ reader }: SqlDatabase, clock: Clock): SystemVectorStoreRepository {
  return {
    listExpired: (limit) =>
      reader
        .selectFrom('vector_stores')
        .select(['id', 'project_id as projectId'])
        .where('expires_at', '<=', clock.now())
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('vector_store_files')
              .select('key')
              .whereRef('vector_store_files.store_id', '=', 'vector_stores.id'),
          ),
        )
        .orderBy('expires_at')
        .limit(limit)
        .execute(),
  };
}
