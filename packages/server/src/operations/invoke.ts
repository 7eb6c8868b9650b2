/**
 * The pipeline of every operation, free of HTTP: authorise → limits → validate → run → meter. HTTP, batch lines and
 * tasks call it; nothing else calls a handler.
 */
import { type ByteAnswer, type ByteStream, Bytes } from '@selfsame/contract/bytes';
import type { Operation } from '@selfsame/contract/operation';
import { ApiError } from '../errors/api-error.ts';
import { authorise } from './authorise.ts';
import type { Handler } from './handler.ts';
import type { Caller, Invoke, RawInput } from './invocation.ts';
import { type InvocationMeter, type MeterDeps, startMeter } from './meter.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Validator } from './validator.ts';

export interface InvokeOptions extends MeterDeps {
  handlers: readonly Handler[];
  limits: RequestLimits;
  validator: Validator;
  /** For tests and development: compares every response with its schema and throws an Error on a difference. */
  checkResponses: boolean;
}

/** The returned function throws an Error for an unknown operation id, which is a bug of the caller. */
export function createInvoke(options: InvokeOptions): Invoke {
  const handlers = new Map(options.handlers.map((handler) => [handler.operation.id, handler]));
  return async (operationId, input, caller) => {
    const handler = handlers.get(operationId);
    if (handler === undefined) throw new Error(`No handler serves the operation '${operationId}'.`);
    const { operation } = handler;
    authorise(operation, caller);
    options.limits.admit(operation, caller);
    validate(options.validator, operation, { input, caller });
    const meter = startMeter(options, operation, caller);
    try {
      return await run(handler, { input, caller, meter }, options);
    } catch (error) {
      meter.settle(statusOf(error));
      throw error;
    }
  };
}

interface Call {
  input: RawInput;
  caller: Caller;
}

function validate(validator: Validator, operation: Operation, { input, caller }: Call): void {
  validator.params(operation, input.params);
  for (const name of validator.query(operation, input.query)) caller.onIgnored?.(name);
  validator.body(operation, input.body, input.encoding);
}

async function run(
  { operation, run }: Handler,
  { input, caller, meter }: Call & { meter: InvocationMeter },
  options: InvokeOptions,
): ReturnType<Invoke> {
  const returned = run(input as Parameters<typeof run>[0], {
    ...caller,
    meter: (usage) => {
      meter.report(usage);
      caller.onUsage?.(usage);
    },
    meterWith: meter.writeWith,
    ignore: (param) => caller.onIgnored?.(param),
  });
  if (isEvents(returned)) {
    const schemaName = operation.stream?.event.$id ?? operation.response.$id;
    return { kind: 'events', events: watch(returned, meter, (event) => checkResponse(options, schemaName, event)) };
  }
  const value: unknown = await returned;
  if (operation.response === Bytes)
    return { kind: 'bytes', answer: settleBytes(value as ByteAnswer | ByteStream, meter) };
  const isText = operation.text === true && typeof value === 'string';
  if (!isText) checkResponse(options, operation.response.$id, value);
  meter.settle(SUCCESS_STATUS);
  return isText ? { kind: 'text', text: value } : { kind: 'object', value };
}

const SUCCESS_STATUS = 200;
const CLIENT_CLOSED_STATUS = 499;

/** Bytes of unknown number are consumed until their end, others when they are returned. */
function settleBytes(answer: ByteAnswer | ByteStream, meter: InvocationMeter): ByteAnswer | ByteStream {
  if ('stream' in answer) return { ...answer, stream: watch(answer.stream, meter) };
  meter.settle(SUCCESS_STATUS);
  return answer;
}

async function* watch<T>(
  events: AsyncIterable<T>,
  meter: InvocationMeter,
  check: (event: T) => void = () => undefined,
): AsyncGenerator<T> {
  // A consumer that stops early ends this generator without an error: the status is then that of a disconnected client.
  let status = CLIENT_CLOSED_STATUS;
  let isFirst = true;
  try {
    for await (const event of events) {
      if (isFirst) meter.firstEvent();
      isFirst = false;
      check(event);
      yield event;
    }
    status = SUCCESS_STATUS;
  } catch (error) {
    status = statusOf(error);
    throw error;
  } finally {
    meter.settle(status);
  }
}

function checkResponse({ checkResponses, validator }: InvokeOptions, schemaName: string, value: unknown): void {
  if (!checkResponses) return;
  const difference = validator.findResponseDifference(schemaName, value);
  if (difference !== undefined) throw new Error(`The response does not match the contract: ${difference}`);
}

function isEvents(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function statusOf(error: unknown): number {
  if (error instanceof ApiError) return error.status;
  return error instanceof Error && error.name === 'AbortError' ? CLIENT_CLOSED_STATUS : 500;
}
