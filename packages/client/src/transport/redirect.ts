/**
 * `followRedirects`. 301, 302 and 303 go on as GET without the body; 300, 305, 307 and 308 keep method and body.
 * undici's interceptor is not used: it keeps PUT, PATCH and DELETE on 301 and 302, ignores 305, drops credentials for
 * another origin even if they are allowed, and refuses a redirect to a URL that was visited before.
 */
import type { HeaderFields, Transport, TransportRequest, TransportResponse } from '../core/transport.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { discardBody } from './response-body.ts';
import { RedirectError } from './transport-errors.ts';

const GET_STATUSES: readonly number[] = [301, 302, 303];
const SAME_METHOD_STATUSES: readonly number[] = [300, 305, 307, 308];

const CREDENTIALS: readonly string[] = ['authorization', 'proxy-authorization'];
/** Headers of a body. */
const BODY_HEADER = /^(content-.*|transfer-encoding|expect)$/;

type Options = ResolvedOptions['followRedirects'];

/** Returns the last response: after `maxCount` redirects, the next redirect itself. */
export function followRedirects(send: Transport, options: Options): Transport {
  if (!options.enabled) return send;
  return async (first) => {
    let request = first;
    for (let count = 0; ; count += 1) {
      const response = await send(request);
      const next = count < options.maxCount ? nextRequest(request, response, options) : undefined;
      if (next === undefined) return response;
      await discardBody(response.body);
      request = next;
    }
  };
}

/** undefined for a response that does not redirect. */
function nextRequest(
  request: TransportRequest,
  { status, headers }: TransportResponse,
  { allowAuthHeaders }: Options,
): TransportRequest | undefined {
  const isGet = GET_STATUSES.includes(status);
  const location = Array.isArray(headers['location']) ? headers['location'][0] : headers['location'];
  if (location === undefined || !(isGet || SAME_METHOD_STATUSES.includes(status))) return undefined;
  const url = resolveLocation(location, request.url);
  const isOtherOrigin = url.origin !== request.url.origin;
  const kept = dropHeaders(
    request.headers,
    (name) =>
      (!allowAuthHeaders && CREDENTIALS.includes(name)) ||
      (isOtherOrigin && name === 'cookie') ||
      name === 'host' ||
      (isGet && BODY_HEADER.test(name)),
  );
  const { body, ...rest } = request;
  if (isGet || body === undefined) return { ...rest, url, headers: kept, method: isGet ? 'GET' : request.method };
  if (body instanceof ReadableStream) {
    throw new RedirectError(`the redirect (${status}) cannot be followed: the body is a stream, which is sent once`);
  }
  return { ...rest, url, headers: kept, body };
}

function resolveLocation(location: string, base: URL): URL {
  const url = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new RedirectError('the redirect cannot be followed: its location is not a URL of http or https');
  }
  return url;
}

function dropHeaders(headers: HeaderFields, isDropped: (name: string) => boolean): HeaderFields {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isDropped(name)));
}
