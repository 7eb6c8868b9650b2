/**
 * The first version of assistants, threads and messages over the same data: for its callers, requests are checked against the schemas of that
 * version and translated, and so are answers, events and the names of parameters in errors. Whoever calls in the current version is passed on.
 */
import type { Operation } from '@selfsame/contract/operation';
import { ApiError } from '../errors/api-error.ts';
import { toCurrent, toFirstParam } from '../resources/assistants/v1/to-current.ts';
import { toFirst } from '../resources/assistants/v1/to-first.ts';
import type { Invoke, Outcome, RawInput } from '../resources/services.ts';
import type { Validator } from './validator.ts';

export interface FirstAssistantsOptions {
  operations: readonly Operation[];
  validator: Validator;
  checkResponses: boolean;
}

export function serveFirstAssistants(invoke: Invoke, options: FirstAssistantsOptions): Invoke {
  const byId = new Map(options.operations.map((each) => [each.id, each]));
  return async (operationId, input, caller) => {
    const operation = byId.get(operationId);
    if (caller.assistantsVersion !== 'v1' || operation?.beta !== 'assistants') {
      return invoke(operationId, input, caller);
    }
    const { onIgnored } = caller;
    const translated = onIgnored && { onIgnored: (param: string) => onIgnored(toFirstParam(param)) };
    const outcome = await invoke(operationId, translate(operation, input, options), { ...caller, ...translated }).catch(
      (error: unknown): never => {
        throw error instanceof ApiError && error.param !== null ? error.withParam(toFirstParam(error.param)) : error;
      },
    );
    return toFirstOutcome(outcome, operation, options);
  };
}

function translate(operation: Operation, input: RawInput, { validator }: FirstAssistantsOptions): RawInput {
  const body = operation.v1?.body;
  if (body !== undefined) validator.body({ ...operation, id: `${operation.id} v1`, body }, input.body);
  return { ...input, body: toCurrent(input.body) };
}

function toFirstOutcome(
  outcome: Outcome,
  { v1 }: Operation,
  { validator, checkResponses }: FirstAssistantsOptions,
): Outcome {
  if (outcome.kind === 'bytes') return outcome;
  if (outcome.kind === 'events') return { kind: 'events', events: toFirstEvents(outcome.events) };
  const value = toFirst(outcome.value);
  const fault = checkResponses && v1 !== undefined ? validator.responseFault(v1.response.$id, value) : undefined;
  if (fault !== undefined) throw new Error(`The answer does not fit the first version of the contract: ${fault}`);
  return { kind: 'object', value };
}

async function* toFirstEvents(events: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const event of events) yield toFirst(event);
}
