/** Converts a stored vector store to the wire object. */
import type { VectorStoreObject } from '@selfsame/contract';
import { toSeconds } from '../../lib/clock.ts';
import { isExpired } from '../../retrieval/activity.ts';
import type { FileCounts } from '../../storage/repositories/vector-store-files.ts';
import type { VectorStoreWithTotals } from '../../storage/repositories/vector-stores.ts';

export function toFileCounts({ inProgress, ...counts }: FileCounts): VectorStoreObject['file_counts'] {
  return { in_progress: inProgress, ...counts };
}

export function toVectorStore(store: VectorStoreWithTotals, now: number): VectorStoreObject {
  const { id, createdAt, name, usageBytes, fileCounts, expiresAfterDays, expiresAt, lastActiveAt, metadata } = store;
  const unfinished = fileCounts.inProgress > 0 ? 'in_progress' : 'completed';
  return {
    id,
    object: 'vector_store',
    created_at: toSeconds(createdAt),
    name,
    usage_bytes: usageBytes,
    file_counts: toFileCounts(fileCounts),
    status: isExpired(store, now) ? 'expired' : unfinished,
    ...(expiresAfterDays === null ? {} : { expires_after: { anchor: 'last_active_at', days: expiresAfterDays } }),
    expires_at: expiresAt === null ? null : toSeconds(expiresAt),
    last_active_at: toSeconds(lastActiveAt),
    metadata,
  };
}
