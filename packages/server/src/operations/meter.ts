/** The last step of the pipeline: writes one usage event per invocation, and reports the invocation to observers. */
import type { Operation } from '@selfsame/contract/operation';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { UsageMeter } from '../tenancy/usage.ts';
import { toUsageEvent } from '../tenancy/usage-event.ts';
import type { Context, TokenUsage } from './context.ts';
import type { Caller } from './invocation.ts';
import type { Observe } from './observer.ts';

export interface InvocationMeter {
  report(usage: TokenUsage): void;
  /** Writes the event in a transaction of the operation. `settle` then does not write a second one. */
  writeWith: Context['meterWith'];
  firstEvent(): void;
  /** Writes the usage event of this invocation. Later calls do nothing. */
  settle(status: number): void;
}

export interface MeterDeps {
  usage: UsageMeter;
  clock: Clock;
  ids: IdSource;
  observe: Observe;
}

const SUCCESS_STATUS = 200;

export function startMeter(deps: MeterDeps, operation: Operation, caller: Caller): InvocationMeter {
  const { usage, clock, ids, observe } = deps;
  const { organizationId, projectId, apiKeyId } = caller.principal;
  const startedAt = clock.now();
  const observation = observe(operation.id, caller.requestId);
  let latest: TokenUsage | undefined;
  let isSettled = false;
  // `writeWith` and `settle` use one id, so that the event is stored once.
  const id = ids('usage_');
  const toEvent = (status: number) =>
    toUsageEvent(deps, {
      id,
      apiKeyId,
      operationId: operation.id,
      modelId: null,
      inputTokens: 0,
      ...latest,
      startedAt,
      status,
    });
  return {
    report(reported) {
      const { modelId, inputTokens, outputTokens, cachedInputTokens } = reported;
      latest = { modelId, inputTokens, outputTokens, cachedInputTokens };
    },
    writeWith: (tx) => tx.usageEvents.insert(toEvent(SUCCESS_STATUS)),
    firstEvent: () => observation.firstEvent(),
    settle(status) {
      if (isSettled) return;
      isSettled = true;
      observation.end({ status, usage: latest });
      usage.record({ organizationId, projectId, ...toEvent(status) });
    },
  };
}
