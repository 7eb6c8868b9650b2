/** Stores a new vector store and its first files in the transaction of the caller: all of it or nothing. */
import type { ChunkingStrategyRequestParam } from '@selfsame/contract';
import { expiryOf } from '../../retrieval/activity.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { VectorStoreRecord } from '../../storage/repositories/vector-stores.ts';
import { attachFiles } from './attach-files.ts';

export interface NewStore
  extends Pick<VectorStoreRecord, 'id' | 'name' | 'description' | 'metadata' | 'expiresAfterDays'> {
  fileIds: readonly string[];
  chunking: ChunkingStrategyRequestParam | undefined;
  /** Name of the parameter with the chunking strategy, for errors. */
  chunkingParam: string;
  apiKeyId?: string | null;
}

export async function keepStore(
  tx: Pick<ProjectRepositories, 'files' | 'jobs' | 'vectorStores' | 'vectorStoreFiles'>,
  { fileIds, chunking, chunkingParam, apiKeyId = null, ...store }: NewStore,
  now: number,
): Promise<void> {
  const expiresAt = expiryOf(now, store.expiresAfterDays);
  await tx.vectorStores.create({ ...store, createdAt: now, lastActiveAt: now, expiresAt });
  const files = fileIds.map((fileId, index) => ({ fileId, fileParam: `file_ids[${index}]`, chunking, chunkingParam }));
  await attachFiles(tx, { storeId: store.id, batchId: null, now, apiKeyId }, files);
}
