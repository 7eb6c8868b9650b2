/** Files in vector stores in SQL. A change to the content of a store holds the lock of its id. */
import { sql } from 'kysely';
import type {
  AttributeValue,
  Completion,
  FileError,
  NewVectorStoreFile,
  StoreFileRef,
  VectorStoreFileRecord,
  VectorStoreFileRepository,
} from '../repositories/vector-store-files.ts';
import { ModelChanged } from '../repositories/vector-store-files.ts';
import { toColumns } from './attribute-filter.ts';
import { listPage } from './list-page.ts';
import type { ChunkIndex } from './search/chunk-index.ts';
import { listFileChunks } from './search/text-chunks.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';
import { nextKey } from './vector-stores.ts';

const COLUMNS = [
  'store_id as storeId',
  'id',
  'project_id as projectId',
  'batch_id as batchId',
  'job_id as jobId',
  'status',
  'error_code as errorCode',
  'error_message as errorMessage',
  'warnings',
  'chunk_tokens as chunkTokens',
  'overlap_tokens as overlapTokens',
  'attributes',
  'usage_bytes as usageBytes',
  'created_at as createdAt',
] as const;

type Row = Omit<VectorStoreFileRecord, 'error' | 'warnings' | 'attributes'> & {
  warnings: string;
  errorCode: string | null;
  errorMessage: string | null;
  attributes: string;
};

function fromRow({ errorCode, errorMessage, warnings, attributes, ...row }: Row): VectorStoreFileRecord {
  const error = errorCode === null ? null : { code: errorCode as FileError['code'], message: errorMessage ?? '' };
  return { ...row, error, warnings: JSON.parse(warnings), attributes: JSON.parse(attributes) };
}

async function insertAttributes(writer: Writer, fileKey: number, attributes: Record<string, AttributeValue>) {
  const rows = Object.entries(attributes).map(([name, value]) => ({ file_key: fileKey, name, ...toColumns(value) }));
  if (rows.length > 0) await writer.insertInto('vector_store_file_attributes').values(rows).execute();
}

interface Found {
  key: number;
  storeKey: number;
  embeddingModel: string | null;
  jobId: string;
  status: VectorStoreFileRecord['status'];
  sizes: Sizes;
}

async function find(from: Reader, projectId: string, { storeId, id }: StoreFileRef): Promise<Found | undefined> {
  const row = await from
    .selectFrom('vector_store_files as f')
    .innerJoin('vector_stores as s', 's.id', 'f.store_id')
    .select(['f.key', 's.key as storeKey', 's.embedding_model as embeddingModel', 'f.job_id as jobId', 'f.status'])
    .select(['f.chunk_count', 'f.vector_count', 'f.term_count'])
    .where('f.store_id', '=', storeId)
    .where('f.id', '=', id)
    .where('f.project_id', '=', projectId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { chunk_count, vector_count, term_count, ...found } = row;
  return { ...found, sizes: { chunk_count, vector_count, term_count } };
}

const utf8 = (text: string) => Buffer.byteLength(text, 'utf8');

async function insertCompletion(
  writer: Writer,
  { search, ...found }: Found & { search: ChunkIndex },
  { chunks, embeddingModel: model, warnings = [] }: Completion,
): Promise<void> {
  const { key, storeKey, embeddingModel } = found;
  if (chunks.length > 0 && embeddingModel !== null && embeddingModel !== model) {
    throw new ModelChanged(`The store's vectors are of the model '${embeddingModel}', and these are of '${model}'.`);
  }
  await search.put(writer, { storeKey, fileKey: key, chunks });
  const terms = chunks.flatMap((chunk) => [...chunk.terms.values()]);
  const vectors = chunks.flatMap((chunk) => [...chunk.vectors]);
  const sizes = {
    chunk_count: chunks.length,
    vector_count: vectors.length,
    term_count: terms.reduce((total, count) => total + count, 0),
  };
  const usageBytes =
    chunks.reduce((total, { text }) => total + utf8(text), 0) +
    vectors.reduce((total, { byteLength }) => total + byteLength, 0);
  await writer
    .updateTable('vector_store_files')
    .set({
      status: 'completed',
      warnings: JSON.stringify(warnings),
      usage_bytes: usageBytes,
      version: await changeStore(writer, storeKey, sizes),
      ...sizes,
    })
    .where('key', '=', key)
    .execute();
  if (chunks.length === 0) return;
  await writer.updateTable('vector_stores').set({ embedding_model: model }).where('key', '=', storeKey).execute();
}

type Sizes = Record<'chunk_count' | 'vector_count' | 'term_count', number>;

/** Increments the version of a locked store and returns it. */
async function changeStore(writer: Writer, storeKey: number, { chunk_count, vector_count, term_count }: Sizes) {
  const next = sql<number>`version + 1`;
  const { version } = await writer
    .updateTable('vector_stores')
    .set({
      version: next,
      ...(chunk_count < 0 ? { shrunk_version: next } : {}),
      chunk_count: sql<number>`chunk_count + ${chunk_count}`,
      vector_count: sql<number>`vector_count + ${vector_count}`,
      term_count: sql<number>`term_count + ${term_count}`,
    })
    .where('key', '=', storeKey)
    .returning('version')
    .executeTakeFirstOrThrow();
  return version;
}

async function remove(search: ChunkIndex, writer: Writer, found: Found): Promise<string> {
  const { key, storeKey, jobId, sizes } = found;
  const { chunk_count, vector_count, term_count } = sizes;
  if (chunk_count > 0) {
    const less = { chunk_count: -chunk_count, vector_count: -vector_count, term_count: -term_count };
    await changeStore(writer, storeKey, less);
  }
  await search.drop(writer, { storeKey, fileKey: key });
  await writer.deleteFrom('vector_store_files').where('key', '=', key).execute();
  return jobId;
}

async function insertFile(writer: Writer, key: number, record: NewVectorStoreFile & { projectId: string }) {
  const { storeId, id, projectId, batchId, jobId, chunkTokens, overlapTokens, attributes, createdAt } = record;
  const owner = { store_id: storeId, id, project_id: projectId, key, batch_id: batchId, job_id: jobId };
  const chunking = { chunk_tokens: chunkTokens, overlap_tokens: overlapTokens };
  const outcome = { status: 'in_progress' as const, error_code: null, error_message: null, warnings: '[]' };
  const sizes = { chunk_count: 0, vector_count: 0, term_count: 0, usage_bytes: 0, version: 0 };
  const rest = { attributes: JSON.stringify(attributes), created_at: createdAt };
  await writer
    .insertInto('vector_store_files')
    .values({ ...owner, ...chunking, ...outcome, ...sizes, ...rest })
    .execute();
  await insertAttributes(writer, key, attributes);
}

type ReadMethods = Pick<VectorStoreFileRepository, 'retrieve' | 'list' | 'listChunks' | 'listStores'>;

function readMethods(reader: Reader, projectId: string): ReadMethods {
  const ofProject = () => reader.selectFrom('vector_store_files').where('project_id', '=', projectId);
  const ofStore = (storeId: string) => ofProject().where('store_id', '=', storeId);
  return {
    async retrieve({ storeId, id }) {
      const row = await ofStore(storeId).select(COLUMNS).where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list({ storeId, batchId, status, ...page }) {
      let scope = ofStore(storeId);
      if (batchId !== undefined) scope = scope.where('batch_id', '=', batchId);
      const rows = status === undefined ? scope : scope.where('status', '=', status);
      const { records, hasMore } = await listPage({ scope, rows: rows.select(COLUMNS) }, page);
      return { records: records.map(fromRow), hasMore };
    },
    async listChunks(ref) {
      const found = await find(reader, projectId, ref);
      return found === undefined ? [] : listFileChunks(reader, found.key);
    },
    async listStores(fileId) {
      const rows = await ofProject().select('store_id as storeId').where('id', '=', fileId).execute();
      return rows.map(({ storeId }) => storeId);
    },
  };
}

export function scopedVectorStoreFiles(
  database: SqlDatabase,
  search: ChunkIndex,
  projectId: string,
): VectorStoreFileRepository {
  const { reader, write } = database;

  /** Runs `work` on a file of the project under the lock of its store. Undefined when there is no such file. */
  const locked = <T>(ref: StoreFileRef, work: (writer: Writer, found: Found) => Promise<T>): Promise<T | undefined> =>
    write(async (writer) => {
      await database.lock(writer, ref.storeId);
      const found = await find(writer, projectId, ref);
      return found === undefined ? undefined : work(writer, found);
    });

  /** Runs `work` if the file is in progress and `jobId` is its job. */
  const ifInProgress = async (
    ref: StoreFileRef,
    jobId: string,
    work: (writer: Writer, found: Found) => Promise<unknown>,
  ): Promise<boolean> =>
    (await locked(ref, async (writer, found) => {
      if (found.status !== 'in_progress' || found.jobId !== jobId) return false;
      await work(writer, found);
      return true;
    })) ?? false;

  return {
    ...readMethods(reader, projectId),
    create: (record) =>
      write(async (writer) => {
        await database.lock(writer, record.storeId);
        const before = await find(writer, projectId, record);
        const earlier = before === undefined ? undefined : await remove(search, writer, before);
        const key = await nextKey(database, writer, 'vector_store_files');
        await insertFile(writer, key, { ...record, projectId });
        return earlier;
      }),
    updateAttributes: async (ref, attributes) =>
      (await locked(ref, async (writer, { key }) => {
        await writer.deleteFrom('vector_store_file_attributes').where('file_key', '=', key).execute();
        await insertAttributes(writer, key, attributes);
        const json = JSON.stringify(attributes);
        await writer.updateTable('vector_store_files').set({ attributes: json }).where('key', '=', key).execute();
        return true;
      })) ?? false,
    complete: (ref, jobId, completion) =>
      ifInProgress(ref, jobId, (writer, found) => insertCompletion(writer, { ...found, search }, completion)),
    fail: (ref, jobId, { code, message }) =>
      ifInProgress(ref, jobId, (writer, { key }) =>
        writer
          .updateTable('vector_store_files')
          .set({ status: 'failed', error_code: code, error_message: message })
          .where('key', '=', key)
          .execute(),
      ),
    delete: (ref) => locked(ref, (writer, found) => remove(search, writer, found)),
  };
}
