/**
 * The principal of a request. Once a key exists every request needs one. While none exists, callers on loopback act for the default project;
 * `keyless-guard.ts` has refused by then what a web page must not send.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { errors } from '../errors/catalogue.ts';
import type { ApiKeys } from '../tenancy/api-keys.ts';
import { maskKey } from '../tenancy/mask-key.ts';
import type { Principal } from '../tenancy/principal.ts';

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Principal>;

export interface AuthenticateOptions {
  apiKeys: Pick<ApiKeys, 'authenticate' | 'anyKeyExists'>;
  /** Whom a keyless caller acts for; undefined when a key is always required (bound beyond loopback). */
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

/** The key that a request carries: as a bearer token, or in `api-key`, where Azure's clients put it. */
export function secretOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const key = headers['api-key'];
  return typeof key === 'string' && /^\S+$/.test(key) ? key : undefined;
}
