/** The operations that a batch can call: those with a JSON body and no path parameters, derived from the contract. */
import { type Operation, operations } from '@selfsame/contract';

const byEndpoint = new Map(
  operations
    .filter(
      ({ method, params, body, encoding = 'json' }) => method === 'POST' && !params && body && encoding === 'json',
    )
    .map((operation) => [`/v1${operation.path}`, operation]),
);

/** The operation of a URL such as `/v1/embeddings`; undefined if a batch cannot call it. */
export function findEndpoint(endpoint: string): Operation | undefined {
  return byEndpoint.get(endpoint);
}
