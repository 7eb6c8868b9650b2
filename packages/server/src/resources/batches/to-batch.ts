/** A stored batch as an API object. Fields without a value are omitted. */
import type { Batch } from '@selfsame/contract';
import { toSeconds } from '../../lib/clock.ts';
import type { BatchRecord } from '../../storage/repositories/batches.ts';

const time = <Name extends string>(name: Name, ms: number | null) =>
  (ms === null ? {} : { [name]: toSeconds(ms) }) as { [N in Name]?: number };

const text = <Name extends string>(name: Name, value: string | null) =>
  (value === null ? {} : { [name]: value }) as { [N in Name]?: string };

export function toBatch(record: BatchRecord): Batch {
  const { id, endpoint, errors, status, total, completed, failed } = record;
  return {
    id,
    object: 'batch',
    endpoint,
    ...text('model', record.model),
    ...(errors === null ? {} : { errors: { object: 'list', data: [...errors] } }),
    input_file_id: record.inputFileId,
    completion_window: record.completionWindow,
    status,
    ...text('output_file_id', record.outputFileId),
    ...text('error_file_id', record.errorFileId),
    created_at: toSeconds(record.createdAt),
    ...time('in_progress_at', record.inProgressAt),
    expires_at: toSeconds(record.expiresAt),
    ...time('finalizing_at', record.finalizingAt),
    ...time('completed_at', record.completedAt),
    ...time('failed_at', record.failedAt),
    ...time('expired_at', record.expiredAt),
    ...time('cancelling_at', record.cancellingAt),
    ...time('cancelled_at', record.cancelledAt),
    request_counts: { total, completed, failed },
    usage: {
      input_tokens: record.inputTokens,
      input_tokens_details: { cached_tokens: record.cachedTokens },
      output_tokens: record.outputTokens,
      output_tokens_details: { reasoning_tokens: record.reasoningTokens },
      total_tokens: record.inputTokens + record.outputTokens,
    },
    metadata: record.metadata === null ? null : { ...record.metadata },
  };
}
