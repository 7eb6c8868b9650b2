/** The OpenAPI document of the whole API, in which operations that are not served are marked. */
import { buildOpenApiDocument, type Operation } from '@selfsame/contract';
import { toJson } from '../lib/json.ts';
import { VERSION } from '../version.ts';

/**
 * Returns a function that returns the document as JSON. It is built at the first call, because a start needs only the
 * schemas of the served operations.
 */
export function createApiDescription(operations: readonly Operation[]): () => string {
  let text: string | undefined;
  return () => {
    const served = new Set(operations.map(({ id }) => id));
    text ??= toJson(buildOpenApiDocument({ version: VERSION, serverUrl: '/v1', served }));
    return text;
  };
}
