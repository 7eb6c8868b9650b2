/**
 * Which web pages may call a server that asks for no key. A browser reaches loopback for any page that it shows, so that the origin of a
 * request, where the browser tells it, decides. Invariant: a request that no web page can have caused is never refused here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { escapeRegExp } from '../lib/escape-reg-exp.ts';

export type OriginTest = (origin: string) => boolean;

const ANY = '*';
const ANY_PORT = ':*';
const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** `*` allows every origin, `null` included; `http://localhost:*` every port of that host; anything else that origin alone. */
export function createOriginTest(allowed: readonly string[]): OriginTest {
  if (allowed.includes(ANY)) return () => true;
  const exact = new Set(allowed.filter((origin) => !origin.endsWith(ANY_PORT)));
  const patterns = allowed
    .filter((origin) => origin.endsWith(ANY_PORT))
    .map((origin) => new RegExp(`^${escapeRegExp(origin.slice(0, -ANY_PORT.length))}(:\\d+)?$`));
  return (origin) => exact.has(origin) || patterns.some((pattern) => pattern.test(origin));
}

/**
 * Why a request must not be served without a key; undefined when it may.
 * A foreign `Host` is a rebound name: to the browser such a page has the server's own origin. An `Origin` that is not allowed, `null`
 * included, is a page elsewhere. Images, scripts, forms and links may carry no `Origin`; `Sec-Fetch-Site` then says where they come from.
 * Another port of the same host is `same-site`: there `Referer`, whose origin a page cannot choose, tells which one.
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
