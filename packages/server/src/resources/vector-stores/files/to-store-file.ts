/** Converts a file of a vector store to the wire object. */
import type { VectorStoreFileObject } from '@selfsame/contract';
import { toSeconds } from '../../../lib/clock.ts';
import type { VectorStoreFileRecord } from '../../../storage/repositories/vector-store-files.ts';

export function toStoreFile(file: VectorStoreFileRecord): VectorStoreFileObject {
  const { id, usageBytes, createdAt, storeId, status, error, chunkTokens, overlapTokens, attributes, warnings } = file;
  return {
    id,
    object: 'vector_store.file',
    usage_bytes: usageBytes,
    created_at: toSeconds(createdAt),
    vector_store_id: storeId,
    status,
    last_error: error,
    chunking_strategy: {
      type: 'static',
      static: { max_chunk_size_tokens: chunkTokens, chunk_overlap_tokens: overlapTokens },
    },
    attributes,
    ...(warnings.length === 0 ? {} : { x_selfsame_warnings: [...warnings] }),
  };
}
