/**
 * The pipeline, written once and free of HTTP: authorise → limits → validate → run → meter. HTTP calls it; batch lines, evals and
 * tools will. Nothing else reaches a resource.
 */
import { type ByteAnswer, Bytes } from '@selfsame/contract/bytes';
import type { Operation } from '@selfsame/contract/operation';
import { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import type { Clock } from '../lib/clock.ts';
import type { Context, Implementation, Run, TokenUsage } from '../resources/handler.ts';
import type { Caller, Invoke, RawInput, Services } from '../resources/services.ts';
import type { UsageMeter } from '../tenancy/usage.ts';
import type { Observe } from './observer.ts';
import type { Validator } from './validator.ts';

export type { Invoke } from '../resources/services.ts';

export interface InvokeOptions {
  implementations: readonly Implementation[];
  services: Services;
  validator: Validator;
  usage: UsageMeter;
  clock: Clock;
  observe: Observe;
  /** Compare every answer with its schema and fail loudly on a difference: for tests and development. */
  checkResponses: boolean;
}

export function createInvoke(options: InvokeOptions): Invoke {
  const table = new Map(
    options.implementations.map((each) => [
      each.operation.id,
      { operation: each.operation, run: each.make(options.services) as Run<Operation> },
    ]),
  );
  return async (operationId, input, caller) => {
    const entry = table.get(operationId);
    if (entry === undefined) throw errors.unknownUrl('INVOKE', operationId);
    const { operation, run } = entry;
    authorise(operation, caller);
    validate(options.validator, operation, { input, caller });
    const meter = startMeter(options, operation, caller);
    try {
      const answer = run(input as Parameters<typeof run>[0], {
        ...caller,
        meter: meter.report,
        meterWith: meter.writeWith,
        ignore: (param) => caller.onIgnored?.(param),
      });
      if (isEvents(answer)) return { kind: 'events', events: watch(answer, { options, operation, meter }) };
      const value: unknown = await answer;
      if (operation.response === Bytes) {
        meter.settle(200);
        return { kind: 'bytes', answer: value as ByteAnswer };
      }
      checkResponse(options, operation.response.$id, value);
      meter.settle(200);
      return { kind: 'object', value };
    } catch (error) {
      meter.settle(statusOf(error));
      throw error;
    }
  };
}

function authorise(operation: Operation, caller: Caller): void {
  if (operation.authority === 'admin' && caller.principal.via === 'key') {
    throw errors.permissionDenied('This method needs an organization admin key.');
  }
}

interface Call {
  input: RawInput;
  caller: Caller;
}

function validate(validator: Validator, operation: Operation, { input, caller }: Call): void {
  validator.params(operation, input.params);
  for (const name of validator.query(operation, input.query)) caller.onIgnored?.(name);
  validator.body(operation, input.body);
}

interface Meter {
  report(usage: TokenUsage): void;
  /** Writes the event in a transaction of the operation's; `settle` then finds it there and leaves it. */
  writeWith: Context['meterWith'];
  firstEvent(): void;
  /** Writes the one usage event of this invocation; later calls do nothing. */
  settle(status: number): void;
}

function startMeter({ usage, clock, observe, services }: InvokeOptions, operation: Operation, caller: Caller): Meter {
  const startedAt = clock.now();
  const observation = observe(operation.id, caller.requestId);
  let latest: TokenUsage | undefined;
  let settled = false;
  // One for both ways to write it: it is kept once.
  const id = services.ids('usage_');
  const toEvent = (status: number) => ({
    id,
    apiKeyId: caller.principal.apiKeyId,
    operationId: operation.id,
    modelId: latest?.modelId ?? null,
    inputTokens: latest?.inputTokens ?? 0,
    outputTokens: latest?.outputTokens ?? 0,
    cachedInputTokens: latest?.cachedInputTokens ?? 0,
    requests: latest === undefined ? 0 : 1,
    startedAt,
    durationMs: Math.max(0, Math.round(clock.now() - startedAt)),
    status,
  });
  return {
    report: (reported) => {
      latest = reported;
    },
    writeWith: (inside) => inside.usageEvents.insert(toEvent(SUCCESS_STATUS)),
    firstEvent: () => observation.firstEvent(),
    settle: (status) => {
      if (settled) return;
      settled = true;
      observation.end({ status, usage: latest });
      const { organizationId, projectId } = caller.principal;
      usage.record({ organizationId, projectId, ...toEvent(status) });
    },
  };
}

const SUCCESS_STATUS = 200;
const CLIENT_CLOSED_STATUS = 499;

async function* watch(
  events: AsyncIterable<unknown>,
  { options, operation, meter }: { options: InvokeOptions; operation: Operation; meter: Meter },
): AsyncGenerator<unknown> {
  // A consumer that leaves early returns this generator without an error: it counts as a closed client.
  let status = CLIENT_CLOSED_STATUS;
  let first = true;
  try {
    for await (const event of events) {
      if (first) meter.firstEvent();
      first = false;
      checkResponse(options, operation.stream?.event.$id ?? operation.response.$id, event);
      yield event;
    }
    status = 200;
  } catch (error) {
    status = statusOf(error);
    throw error;
  } finally {
    meter.settle(status);
  }
}

function checkResponse({ checkResponses, validator }: InvokeOptions, schemaName: string, value: unknown): void {
  if (!checkResponses) return;
  const fault = validator.responseFault(schemaName, value);
  if (fault !== undefined) throw new Error(`The answer does not fit the contract: ${fault}`);
}

function isEvents(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function statusOf(error: unknown): number {
  if (error instanceof ApiError) return error.status;
  return error instanceof Error && error.name === 'AbortError' ? CLIENT_CLOSED_STATUS : 500;
}
