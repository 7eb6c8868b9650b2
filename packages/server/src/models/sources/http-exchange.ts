/**
 * Sends one GET for a file, follows redirects, and interprets status and headers. Invariants: a redirect never leaves
 * TLS; credentials are never sent to another origin; a body is returned only with the offset that the server confirmed.
 */
import { type Dispatcher, request } from 'undici';
import { TransientError } from './network-error.ts';
import { type Announcement, SourceError } from './source.ts';

const HEADERS_TIMEOUT_MS = 30_000;
/** Maximum silence within a body; after it the connection counts as broken. */
const BODY_TIMEOUT_MS = 30_000;
const REDIRECTS_MAX = 8;

type Headers = Record<string, string | string[] | undefined>;

/** A file that can be downloaded with GET. */
export interface HttpFile {
  reference: string;
  /** Short form for messages. */
  label: string;
  url: string;
  /** Value of the Authorization header; sent to the origin of `url` only. */
  authorization?: string;
  /** Reads the file's size and SHA-256 from the headers of a response, also of a redirect. */
  announcement?(headers: Headers): Announcement;
  /** Explains a refusing status better than its number does. */
  explainStatus?(status: number, host: string): string | undefined;
}

export interface HttpRequest {
  dispatcher: Dispatcher;
  signal: AbortSignal;
  /** Offset of the first requested byte. */
  from: number;
  /** Continues only if the file still has this validator; otherwise the server sends the whole file. */
  validator?: string | undefined;
}

export interface FileResponse {
  host: string;
  /** Offset of the body in the file. */
  start: number;
  /** Size of the whole file in bytes; absent if the server does not report it. */
  totalBytes?: number;
  validator?: string;
  announced: Announcement;
  body: Dispatcher.ResponseData['body'];
}

/** Throws `SourceError` (final), `TransientError` (a retry may succeed) or the error of the transport. */
export async function openHttpFile(file: HttpFile, options: HttpRequest): Promise<FileResponse> {
  const { origin } = new URL(file.url);
  let announced: Announcement = {};
  let url = new URL(file.url);
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: options.dispatcher,
      signal: options.signal,
      headers: requestHeaders(options, url.origin === origin ? file.authorization : undefined),
      headersTimeout: HEADERS_TIMEOUT_MS,
      bodyTimeout: BODY_TIMEOUT_MS,
    });
    // The first response takes precedence: it comes from the hub, later ones from its storage.
    announced = { ...file.announcement?.(headers), ...announced };
    if (statusCode === 200 || statusCode === 206) {
      const range = readRange(statusCode, headers, { from: options.from, host: url.host });
      return { host: url.host, ...range, ...readValidator(headers), announced, body };
    }
    body.on('error', () => undefined).destroy();
    const location = headers['location'];
    if (statusCode < 300 || statusCode >= 400 || typeof location !== 'string')
      throw toFailure(file, { status: statusCode, host: url.host, headers });
    url = followRedirect(url, location);
  }
  throw new SourceError(`${url.host} redirected more than ${REDIRECTS_MAX} times`);
}

function requestHeaders(options: HttpRequest, authorization: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'selfsame' };
  if (authorization !== undefined) headers['authorization'] = authorization;
  if (options.from > 0) {
    headers['range'] = `bytes=${options.from}-`;
    if (options.validator !== undefined) headers['if-range'] = options.validator;
  }
  return headers;
}

function followRedirect(from: URL, location: string): URL {
  const to = URL.parse(location, from.href);
  if (to === null) throw new SourceError(`${from.host} redirected to an address that cannot be read`);
  if (to.protocol !== 'https:' && !(to.protocol === 'http:' && from.protocol === 'http:')) {
    throw new SourceError(`${from.host} redirected from ${from.protocol} to ${to.protocol}, which is refused`);
  }
  return to;
}

function readRange(
  status: number,
  headers: Headers,
  { from, host }: { from: number; host: string },
): { start: number; totalBytes?: number } {
  if (status === 200) {
    const length = headers['content-length'];
    return typeof length === 'string' ? { start: 0, totalBytes: Number(length) } : { start: 0 };
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(headers['content-range'] ?? ''));
  if (range === null || Number(range[1]) !== from)
    throw new SourceError(`${host} sent another range than was asked for`);
  return range[2] === '*' ? { start: from } : { start: from, totalBytes: Number(range[2]) };
}

/** A weak ETag does not guarantee equal bytes, so it is not a validator here. */
function readValidator(headers: Headers): { validator?: string } {
  const etag = headers['etag'];
  if (typeof etag === 'string' && !etag.startsWith('W/')) return { validator: etag };
  const modified = headers['last-modified'];
  return typeof modified === 'string' ? { validator: modified } : {};
}

interface Refusal {
  status: number;
  host: string;
  headers: Headers;
}

function toFailure(file: HttpFile, { status, host, headers }: Refusal): Error {
  if (status === 416) return new TransientError(`${host} refused to continue the download (416)`);
  if (status === 408 || status === 429 || status >= 500) {
    const waitMs = parseRetryAfter(headers['retry-after'], Date.now());
    const wait = waitMs === undefined ? '' : ` and asks to wait ${Math.ceil(waitMs / 1000)} s`;
    const why = status === 429 ? ': too many requests' : '';
    return new TransientError(`${host} answered ${status}${why}${wait}`, waitMs);
  }
  const reason = file.explainStatus?.(status, host);
  if (reason !== undefined) return new SourceError(reason);
  return new SourceError(status === 404 ? `${host} has no such file (404)` : `${host} answered ${status}`);
}

/**
 * Milliseconds from a `Retry-After` header, in seconds or as a date; undefined if it has neither. `nowMs`: since the
 * epoch.
 */
export function parseRetryAfter(header: string | string[] | undefined, nowMs: number): number | undefined {
  const text = [header].flat()[0]?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
