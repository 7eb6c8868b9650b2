/** The usage of a run's turns and tools. */
import type { CountedTokens } from '../../../generation/loop/turn.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { toUsageEvent } from '../../../tenancy/usage-event.ts';
import type { Services } from '../../services.ts';

export function toRunUsage(
  services: Pick<Services, 'clock' | 'ids'>,
  { apiKeyId }: RunRecord,
  { tokens, startedAt, modelId }: { tokens: CountedTokens; startedAt: number; modelId: string },
) {
  return toUsageEvent(services, {
    apiKeyId,
    operationId: 'threads.runs.create',
    modelId,
    inputTokens: tokens.promptTokens,
    outputTokens: tokens.completionTokens,
    cachedInputTokens: tokens.cachedTokens,
    startedAt,
  });
}
