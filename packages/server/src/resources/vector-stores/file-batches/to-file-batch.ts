/** Converts a stored file batch to the wire object. Its status follows from those of its files. */
import type { VectorStoreFileBatchObject } from '@selfsame/contract';
import { toSeconds } from '../../../lib/clock.ts';
import type { FileBatchWithTotals } from '../../../storage/repositories/vector-stores.ts';
import { toFileCounts } from '../to-vector-store.ts';

function statusOf({ cancelledAt, fileCounts }: FileBatchWithTotals): VectorStoreFileBatchObject['status'] {
  if (cancelledAt !== null) return 'cancelled';
  if (fileCounts.inProgress > 0) return 'in_progress';
  return fileCounts.failed > 0 && fileCounts.failed === fileCounts.total ? 'failed' : 'completed';
}

export function toFileBatch(batch: FileBatchWithTotals): VectorStoreFileBatchObject {
  return {
    id: batch.id,
    object: 'vector_store.files_batch',
    created_at: toSeconds(batch.createdAt),
    vector_store_id: batch.storeId,
    status: statusOf(batch),
    file_counts: toFileCounts(batch.fileCounts),
  };
}
