/**
 * Serves older versions of the API over the same data. A request in an older version is checked against the schemas of
 * that version and translated; so are its response, its events, and the parameter names of its errors. Requests in the
 * current version pass unchanged.
 */
import type { Operation } from '@selfsame/contract/operation';
import { ApiError } from '../errors/api-error.ts';
import type { Caller, Invoke, Outcome, RawInput } from './invocation.ts';
import type { Validator } from './validator.ts';

/** Translations between an older version and the current one. */
export interface ApiVersion {
  /** As in the header `OpenAI-Beta`, e.g. `assistants=v1`. */
  id: string;
  toCurrentBody(body: unknown): unknown;
  /** Translates a response or event to the older version. */
  fromCurrent(value: unknown): unknown;
  /** Returns the older name of a parameter. */
  fromCurrentParam(param: string): string;
}

export interface ApiVersionsOptions {
  versions: readonly ApiVersion[];
  operations: readonly Operation[];
  validator: Validator;
  checkResponses: boolean;
}

export function serveApiVersions(invoke: Invoke, options: ApiVersionsOptions): Invoke {
  const operations = new Map(options.operations.map((each) => [each.id, each]));
  const versions = new Map(options.versions.map((version) => [version.id, version]));
  return async (operationId, input, caller) => {
    const operation = operations.get(operationId);
    const version = versions.get(caller.apiVersion ?? '');
    // An operation that exists only in the older version needs no translation.
    if (operation === undefined || version === undefined || operation.beta === version.id) {
      return invoke(operationId, input, caller);
    }
    const translated = translateInput(input, { operation, version, ...options });
    const outcome = await invoke(operationId, translated, withOlderParams(caller, version)).catch(
      (error: unknown): never => {
        throw error instanceof ApiError && error.param !== null
          ? error.withParam(version.fromCurrentParam(error.param))
          : error;
      },
    );
    return translateOutcome(outcome, { operation, version, ...options });
  };
}

interface Translation {
  operation: Operation;
  version: ApiVersion;
  validator: Validator;
  checkResponses: boolean;
}

function withOlderParams(caller: Caller, version: ApiVersion): Caller {
  const { onIgnored } = caller;
  if (onIgnored === undefined) return caller;
  return { ...caller, onIgnored: (param) => onIgnored(version.fromCurrentParam(param)) };
}

function translateInput(input: RawInput, { operation, version, validator }: Translation): RawInput {
  const body = operation.versions?.[version.id]?.body;
  if (body !== undefined) validator.body({ ...operation, id: `${operation.id} ${version.id}`, body }, input.body);
  return { ...input, body: version.toCurrentBody(input.body) };
}

function translateOutcome(outcome: Outcome, translation: Translation): Outcome {
  const { operation, version, validator, checkResponses } = translation;
  if (outcome.kind === 'bytes' || outcome.kind === 'text') return outcome;
  if (outcome.kind === 'events') return { kind: 'events', events: translateEvents(outcome.events, version) };
  const value = version.fromCurrent(outcome.value);
  const schema = operation.versions?.[version.id]?.response;
  const difference =
    checkResponses && schema !== undefined ? validator.findResponseDifference(schema.$id, value) : undefined;
  if (difference !== undefined) throw new Error(`The response does not match ${version.id}: ${difference}`);
  return { kind: 'object', value };
}

async function* translateEvents(events: AsyncIterable<unknown>, version: ApiVersion): AsyncGenerator<unknown> {
  for await (const event of events) yield version.fromCurrent(event);
}
