/** The usage of a loop's turns and tools: the one path on which loops are metered. */
import type { TurnTokens } from '../../generation/loop/loop-store.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { toUsageEvent } from '../../tenancy/usage-event.ts';
import type { Services } from '../services.ts';

export interface MeteredLoop {
  /** Null: the request had no key. */
  apiKeyId: string | null;
  /** The operation that created the loop. */
  operationId: string;
  /** The model's name in the request. */
  model: string;
}

export interface MeteredUse {
  tokens: Omit<TurnTokens, 'reasoningTokens'>;
  startedAt: number;
  /** Default: the model of the loop. */
  modelId?: string;
}

/** Inserts usage events in the transaction of the repositories. */
export type LoopMeter = (repositories: Pick<ProjectRepositories, 'usageEvents'>, use: MeteredUse) => Promise<void>;

export function createLoopMeter(
  services: Pick<Services, 'clock' | 'ids' | 'models'>,
  { apiKeyId, operationId, model }: MeteredLoop,
): LoopMeter {
  return ({ usageEvents }, { tokens, startedAt, modelId }) =>
    usageEvents.insert(
      toUsageEvent(services, {
        apiKeyId,
        operationId,
        modelId: modelId ?? services.models.resolve(model, 'chat').id,
        inputTokens: tokens.promptTokens,
        outputTokens: tokens.completionTokens,
        cachedInputTokens: tokens.cachedTokens,
        startedAt,
      }),
    );
}
