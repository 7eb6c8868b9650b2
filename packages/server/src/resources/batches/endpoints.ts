/** The operations that a batch can call: those with a JSON body, a JSON response and no path parameters. */
import { Bytes } from '@selfsame/contract/bytes';
import type { Operation } from '@selfsame/contract/operation';

/** Finds the operation of a URL such as `/v1/embeddings`; undefined if a batch cannot call it. */
export function findEndpoint(served: readonly Operation[], endpoint: string): Operation | undefined {
  return served.find((operation) => isCallable(operation) && `/v1${operation.path}` === endpoint);
}

function isCallable({ method, params, body, jsonBody, encoding = 'json', response }: Operation): boolean {
  const takesJson = body !== undefined && (encoding === 'json' || jsonBody !== undefined);
  return method === 'POST' && params === undefined && takesJson && response !== Bytes;
}
