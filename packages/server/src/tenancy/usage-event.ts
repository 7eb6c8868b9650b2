/** Creates the usage event of an invocation, a turn of a run or the ingestion of a file. */
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { UsageEventRecord } from '../storage/repositories/records.ts';

export interface MeteredWork {
  /** Default: a new id. An event with a stored id is written once. */
  id?: string;
  apiKeyId: string | null;
  operationId: string;
  /** Null when no model answered. */
  modelId: string | null;
  inputTokens: number;
  outputTokens?: number;
  cachedInputTokens?: number;
  /** Number of model requests. Default: 1 when a model answered. */
  requests?: number;
  /** Unix milliseconds. */
  startedAt: number;
  /** HTTP status. Default 200. */
  status?: number;
}

type ScopedUsageEvent = Omit<UsageEventRecord, 'organizationId' | 'projectId'>;

export function toUsageEvent({ clock, ids }: { clock: Clock; ids: IdSource }, work: MeteredWork): ScopedUsageEvent {
  const { modelId, startedAt } = work;
  return {
    outputTokens: 0,
    cachedInputTokens: 0,
    requests: modelId === null ? 0 : 1,
    status: 200,
    ...work,
    id: work.id ?? ids('usage_'),
    durationMs: Math.max(0, Math.round(clock.now() - startedAt)),
  };
}
