/**
 * Who is calling. With a key in the database every request needs one. With none, callers on loopback are let in as the default
 * project; then only loopback host names are accepted, so that a web page cannot reach the server under a rebound name.
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

const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

export function createAuthenticate({ apiKeys, keyless }: AuthenticateOptions): Authenticate {
  return async (headers) => {
    if (keyless !== undefined && !(await apiKeys.anyKeyExists())) {
      const host = headers.host ?? '';
      if (!LOOPBACK_HOST.test(host)) throw errors.hostNotAllowed(host);
      return keyless;
    }
    const secret = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (secret === undefined) throw errors.missingApiKey();
    const principal = await apiKeys.authenticate(secret);
    if (principal === null) throw errors.invalidApiKey(maskKey(secret));
    return principal;
  };
}
