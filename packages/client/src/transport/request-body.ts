/** `http1Settings.chunking`: which bodies go in chunks, and which with `Content-Length`. */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { RequestBody } from '../core/transport.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/** With `AUTO`, bodies of this size and more are sent in chunks. */
const MIN_CHUNKED_BYTES = 8192;

type Body = Dispatcher.DispatchOptions['body'];

/** Bodies that can be sent again stay so: strings and bytes are bytes for undici, a blob is a blob. */
export async function toUndiciBody(body: RequestBody | undefined, options: ResolvedOptions): Promise<Body> {
  if (body === undefined) return null;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const isBuffered = options.http1Settings.chunking === 'NEVER' || options.httpVersion === 'HTTP_1_0';
  if (body instanceof Blob) return isBuffered ? Buffer.from(await body.arrayBuffer()) : (body as unknown as Body);
  const stream = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  return isBuffered ? Buffer.concat(await stream.toArray()) : stream;
}

/**
 * Turns bodies of a known length into chunks, below the retry interceptor so that an attempt can be repeated.
 * Connections that may speak HTTP/2, which has no chunks, are left alone unless chunks are demanded.
 */
export function createChunkingInterceptor(options: ResolvedOptions): Dispatcher.DispatcherComposeInterceptor {
  const { chunking } = options.http1Settings;
  if (chunking === 'NEVER' || options.httpVersion === 'HTTP_1_0') return (dispatch) => dispatch;
  const minBytes = chunking === 'ALWAYS' ? 1 : MIN_CHUNKED_BYTES;
  return (dispatch) => (request, handler) => {
    const mayBeHttp2 =
      options.httpVersion === 'HTTP_2_0' &&
      (options.http2Settings.http2PriorKnowledge || String(request.origin).startsWith('https:'));
    const isChunked = (chunking === 'ALWAYS' || !mayBeHttp2) && lengthOf(request.body) >= minBytes;
    return dispatch(isChunked ? { ...request, body: toChunks(request.body) } : request, handler);
  };
}

function lengthOf(body: unknown): number {
  if (Buffer.isBuffer(body)) return body.length;
  return body instanceof Blob ? body.size : 0;
}

function toChunks(body: unknown): Readable {
  return body instanceof Blob
    ? Readable.fromWeb(body.stream() as Parameters<typeof Readable.fromWeb>[0])
    : Readable.from([body], { objectMode: false });
}
