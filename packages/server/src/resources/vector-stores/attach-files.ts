/** Puts files into a store, each with the job that reads it, in the transaction of the caller: both are there, or neither. */
import type { ChunkingStrategyRequestParam, VectorStoreFileAttributes } from '@selfsame/contract';
import { AUTO_CHUNKING } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import ingest from './files/ingest.task.ts';

/** Files of one store. */
export const MOST_STORE_FILES = 10_000;
/** A file that comes alone need not wait for those that come in thousands. */
const BATCH_PRIORITY = 10;

export interface Attachment {
  fileId: string;
  /** What the request calls the file, for errors. Default `file_id`. */
  fileParam?: string;
  chunking?: ChunkingStrategyRequestParam | undefined;
  attributes?: VectorStoreFileAttributes | undefined;
  /** What the request calls its chunking, for errors. */
  chunkingParam: string;
}

export interface AttachTo {
  storeId: string;
  batchId: string | null;
  now: number;
  /** Who pays for the embeddings; left out: nobody's key. */
  apiKeyId?: string | null;
}

function readChunking(strategy: ChunkingStrategyRequestParam | undefined, param: string) {
  const tokens = strategy?.type === 'static' ? strategy.static : AUTO_CHUNKING;
  const { max_chunk_size_tokens: chunkTokens, chunk_overlap_tokens: overlapTokens } = tokens;
  if (overlapTokens > chunkTokens / 2) {
    const name = `${param}.static.chunk_overlap_tokens`;
    throw errors.invalidValue(
      name,
      `Invalid '${name}': ${overlapTokens} is more than half of max_chunk_size_tokens, which is ${chunkTokens}.`,
    );
  }
  return { chunkTokens, overlapTokens };
}

/** A file that is in the store already begins anew. Throws 404 naming the first file that does not exist. */
export async function attachFiles(
  inside: Pick<ProjectRepositories, 'files' | 'jobs' | 'vectorStores' | 'vectorStoreFiles'>,
  { storeId, batchId, now, apiKeyId = null }: AttachTo,
  attachments: readonly Attachment[],
): Promise<void> {
  const store = await inside.vectorStores.retrieve(storeId);
  if (store === undefined) throw errors.objectNotFound('VectorStore', storeId);
  const total = store.fileCounts.total + attachments.length;
  if (total > MOST_STORE_FILES) {
    throw errors.outOfRange(
      'file_ids',
      `A vector store holds at most ${MOST_STORE_FILES} files; with these it would hold ${total}.`,
      'array_above_max_length',
    );
  }
  for (const { fileId, fileParam = 'file_id', chunking, attributes, chunkingParam } of attachments) {
    const tokens = readChunking(chunking, chunkingParam);
    if ((await inside.files.retrieve(fileId)) === undefined) throw errors.objectNotFound('File', fileId, fileParam);
    const priority = batchId === null ? 0 : BATCH_PRIORITY;
    const jobId = await inside.jobs.enqueue(ingest.job({ storeId, fileId, apiKeyId }, { priority }));
    const record = { storeId, id: fileId, batchId, jobId, attributes: attributes ?? {}, createdAt: now };
    const earlier = await inside.vectorStoreFiles.create({ ...record, ...tokens });
    if (earlier !== undefined) await inside.jobs.cancel(earlier);
  }
}
