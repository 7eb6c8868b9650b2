/**
 * Finds the principal of a request. Once an API key exists, every request needs one. Before that, callers on loopback
 * act for the default project; `keyless-guard.ts` has already refused requests of foreign web pages.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { errors } from '../errors/catalogue.ts';
import type { ApiKeys } from '../tenancy/api-keys.ts';
import { maskKey } from '../tenancy/mask-key.ts';
import type { Principal } from '../tenancy/principal.ts';

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Principal>;

export interface AuthenticateOptions {
  apiKeys: Pick<ApiKeys, 'authenticate' | 'anyKeyExists'>;
  /** Principal of a request without a key; undefined if a key is always required (bound beyond loopback). */
  keyless: Principal | undefined;
}

export function createAuthenticate({ apiKeys, keyless }: AuthenticateOptions): Authenticate {
  return async (headers) => {
    if (keyless !== undefined && !(await apiKeys.anyKeyExists())) return keyless;
    const secret = secretOf(headers);
    if (secret === undefined) throw errors.missingApiKey();
    const principal = await apiKeys.authenticate(secret);
    if (principal === null) throw errors.invalidApiKey(maskKey(secret));
    return principal;
  };
}

/** Returns the key of a request: the bearer token, or the header `api-key` that Azure's clients send. */
export function secretOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const key = headers['api-key'];
  return typeof key === 'string' && /^\S+$/.test(key) ? key : undefined;
}
