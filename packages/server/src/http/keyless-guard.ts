/**
 * Guards every route of a server on loopback while no API key exists. Without the guard, such a server would also serve
 * requests of any web page in the user's browser. Once a key exists, the key decides.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { ApiError } from '../errors/api-error.ts';
import type { ApiKeys } from '../tenancy/api-keys.ts';
import { type OriginTest, refusalOf } from './origins.ts';

/** Resolves with the error for a request to refuse, otherwise with undefined. */
export type KeylessGuard = (headers: IncomingHttpHeaders) => Promise<ApiError | undefined>;

export interface KeylessGuardOptions {
  apiKeys: Pick<ApiKeys, 'anyKeyExists'>;
  /** Whether requests without a key are served while none exists: on loopback only. */
  keyless: boolean;
  allows: OriginTest;
}

export function createKeylessGuard({ apiKeys, keyless, allows }: KeylessGuardOptions): KeylessGuard {
  return async (headers) => {
    if (!keyless || (await apiKeys.anyKeyExists())) return undefined;
    return refusalOf(headers, allows);
  };
}
