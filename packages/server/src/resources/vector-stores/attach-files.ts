/**
 * Adds files to a store, each with the job that ingests it, in the transaction of the caller: both are stored or
 * neither.
 */
import type { ChunkingStrategyRequestParam, VectorStoreFileAttributes } from '@selfsame/contract';
import { AUTO_CHUNKING } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import ingest from './files/ingest.task.ts';

/** Maximum number of files per store. */
export const MAX_STORE_FILES = 10_000;
/** Files of batches have a lower priority, so that a single file does not wait for thousands. */
const BATCH_PRIORITY = 10;

export interface Attachment {
  fileId: string;
  /** Name of the parameter with the file id, for errors. Default `file_id`. */
  fileParam?: string;
  chunking?: ChunkingStrategyRequestParam | undefined;
  attributes?: VectorStoreFileAttributes | undefined;
  /** Name of the parameter with the chunking strategy, for errors. */
  chunkingParam: string;
}

export interface AttachTo {
  storeId: string;
  batchId: string | null;
  now: number;
  /** The key for which the usage of the embeddings is recorded. Default: none. */
  apiKeyId?: string | null;
}

function toChunkTokens(strategy: ChunkingStrategyRequestParam | undefined, param: string) {
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

/**
 * A file that is already in the store is ingested again. Throws the ApiError 404 for the first file that does not
 * exist.
 */
export async function attachFiles(
  tx: Pick<ProjectRepositories, 'files' | 'jobs' | 'vectorStores' | 'vectorStoreFiles'>,
  { storeId, batchId, now, apiKeyId = null }: AttachTo,
  attachments: readonly Attachment[],
): Promise<void> {
  const store = await tx.vectorStores.retrieve(storeId);
  if (store === undefined) throw errors.objectNotFound('VectorStore', storeId);
  const total = store.fileCounts.total + attachments.length;
  if (total > MAX_STORE_FILES) {
    throw errors.outOfRange(
      'file_ids',
      `A vector store holds at most ${MAX_STORE_FILES} files; with these it would hold ${total}.`,
      'array_above_max_length',
    );
  }
  for (const { fileId, fileParam = 'file_id', chunking, attributes, chunkingParam } of attachments) {
    const tokens = toChunkTokens(chunking, chunkingParam);
    if ((await tx.files.retrieve(fileId)) === undefined) throw errors.objectNotFound('File', fileId, fileParam);
    const priority = batchId === null ? 0 : BATCH_PRIORITY;
    const jobId = await tx.jobs.enqueue(ingest.job({ storeId, fileId, apiKeyId }, { priority }));
    const record = { storeId, id: fileId, batchId, jobId, attributes: attributes ?? {}, createdAt: now };
    const earlier = await tx.vectorStoreFiles.create({ ...record, ...tokens });
    if (earlier !== undefined) await tx.jobs.cancel(earlier);
  }
}
