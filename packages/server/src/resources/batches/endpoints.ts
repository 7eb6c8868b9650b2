/** Which operations a batch can call: those that take a JSON body and nothing else. Derived from the contract, so that none is listed twice. */
import { type Operation, operations } from '@selfsame/contract';

const byEndpoint = new Map(
  operations
    .filter(
      ({ method, params, body, encoding = 'json' }) => method === 'POST' && !params && body && encoding === 'json',
    )
    .map((operation) => [`/v1${operation.path}`, operation]),
);

/** The operation behind e.g. `/v1/embeddings`; undefined when there is none that a batch can call. */
export function findEndpoint(endpoint: string): Operation | undefined {
  return byEndpoint.get(endpoint);
}
