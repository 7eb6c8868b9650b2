/** Intended differences of batches. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ response ListBatchesResponse\.(first_id|last_id): is required only here$/,
    reason: 'every list of this server has the ids of its first and last object',
  },
];
