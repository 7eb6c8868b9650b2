/** The door between tools and a server of the API. */
import type { Operation } from '@selfsame/contract';
import type { StreamEvent } from './fold-stream.ts';
import type { ApiAnswer, ApiError } from './results.ts';

/** Values of a request by place. */
export interface ApiArguments {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

/** One server with one key. */
export interface Connection {
  /** Strings that no result may contain. */
  secrets: readonly string[];
  /** @throws ApiFailure for an error of the API or of the network. */
  call(operation: Operation, args: ApiArguments, signal: AbortSignal): Promise<ApiAnswer>;
  /** The events of a request with `stream`. @throws ApiFailure */
  stream(operation: Operation, args: ApiArguments, signal: AbortSignal): AsyncIterable<StreamEvent>;
}

/** An error of the API, or of the network without status. */
export class ApiFailure extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message);
    this.error = error;
  }
}
