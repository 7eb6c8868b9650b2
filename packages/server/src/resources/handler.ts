/**
 * What one endpoint's code looks like to the pipeline. Each operation file default-exports `implement(operation, make)`;
 * a streaming operation returns its events when the body asks for a stream, and the fold of the same events when not.
 */
import type { BodyOf, EventOf, Operation, ParamsOf, QueryOf, ResponseOf } from '@selfsame/contract/operation';
import type { Priority } from '../engines/language-model.ts';
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { Services } from './services.ts';

export interface TokenUsage {
  /** Id of the model that really answered. */
  modelId: string;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
}

export interface Context {
  /** `req_…`, also sent as `x-request-id`. */
  requestId: string;
  principal: Principal;
  /** Aborted when the caller leaves or the server stops. */
  signal: AbortSignal;
  priority: Priority;
  /** The version of the Assistants API that the request is written for. Default: the current one. */
  assistantsVersion?: 'v1' | 'v2';
  /** Reports what this invocation consumed so far; the last report counts. */
  meter(usage: TokenUsage): void;
  /**
   * Writes this invocation's usage event in the transaction that makes its record, with what was reported so far: kept together, or neither.
   * Without it the event is written soon after the answer, in a group, and may be lost in a crash.
   */
  meterWith(inside: Pick<ProjectRepositories, 'usageEvents'>): Promise<void>;
  /**
   * Names a parameter that was accepted and has no effect, e.g. `verbosity` or `tools[0].function.parameters.uniqueItems`. HTTP lists it in the
   * header `x-selfsame-ignored`. A stream must name it before its first event: the headers are sent with that event.
   */
  ignore(param: string): void;
}

export interface Input<O extends Operation> {
  params: ParamsOf<O>;
  query: QueryOf<O>;
  body: BodyOf<O>;
}

/** The answer, or its events when the caller asked for a stream. */
export type Answer<O extends Operation> = Promise<ResponseOf<O>> | AsyncIterable<EventOf<O>>;

export type Run<O extends Operation> = (input: Input<O>, context: Context) => Answer<O>;

export interface Implementation<O extends Operation = Operation> {
  operation: O;
  make(services: Services): Run<O>;
}

export function implement<const O extends Operation>(
  operation: O,
  make: (services: Services) => Run<O>,
): Implementation<O> {
  return { operation, make };
}
