/**
 * Decides which web pages may call a server that needs no key. A browser connects to loopback for any page that it
 * shows, so that the origin of the request decides, if the browser sends one. Invariant: requests that no web page can
 * have caused are never refused here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { escapeRegExp } from '../lib/escape-reg-exp.ts';

export type OriginTest = (origin: string) => boolean;

const ANY = '*';
const ANY_PORT = ':*';
const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * `*` allows every origin, `null` included; `http://localhost:*` every port of that host; anything else that origin
 * alone.
 */
export function createOriginTest(allowed: readonly string[]): OriginTest {
  if (allowed.includes(ANY)) return () => true;
  const exact = new Set(allowed.filter((origin) => !origin.endsWith(ANY_PORT)));
  const patterns = allowed
    .filter((origin) => origin.endsWith(ANY_PORT))
    .map((origin) => new RegExp(`^${escapeRegExp(origin.slice(0, -ANY_PORT.length))}(:\\d+)?$`));
  return (origin) => exact.has(origin) || patterns.some((pattern) => pattern.test(origin));
}

/**
 * Returns the error for a request that must not be served without a key, otherwise undefined. A `Host` that is not
 * loopback is a sign of DNS rebinding: the browser then takes the page and the server for one origin. An `Origin` that
 * is not allowed, `null` included, belongs to a foreign page. Requests for images, scripts, forms and links may have no
 * `Origin`; `Sec-Fetch-Site` then gives the relation of page and server. For another port of the same host it is
 * `same-site`; there the origin of `Referer` decides, which a page cannot choose.
 */
export function refusalOf(headers: IncomingHttpHeaders, allows: OriginTest): ApiError | undefined {
  const { host = '', origin, referer = '' } = headers;
  if (!LOOPBACK_HOST.test(host)) return errors.hostNotAllowed(host);
  if (allows(ANY)) return undefined;
  const isAllowed = (from: string) => isSameOrigin(from, host) || allows(from);
  if (origin !== undefined) return isAllowed(origin) ? undefined : errors.originNotAllowed(`Origin: ${origin}`);
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  if (site === 'same-site' && URL.canParse(referer) && isAllowed(new URL(referer).origin)) return undefined;
  return errors.originNotAllowed(`Sec-Fetch-Site: ${site.toString()}`);
}

function isSameOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}
