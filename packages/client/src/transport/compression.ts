/**
 * `compression`: the header `Accept-Encoding`, and the decoding of bodies with zlib of Node.js.
 * undici's interceptor is not used: it prints a warning in each process, and by default leaves errors compressed.
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { APIConnectionError, SelfsameError } from '../core/errors.ts';
import type { HeaderFields, ResponseBody, Transport, TransportResponse } from '../core/transport.ts';
import type { CompressionMode } from './connection-options.ts';
import { createBody } from './response-body.ts';
import { ResponseLimitError } from './transport-errors.ts';

const ACCEPTED = 'gzip, deflate, br';
/** Codings of one response. More are an attack. */
const MAX_CODINGS = 5;

/** `maxBytes` limits the decoded body; -1 sets no limit. */
export function handleCompression(send: Transport, mode: CompressionMode, maxBytes: number): Transport {
  return async (request) => {
    const response = await send({ ...request, headers: setAcceptEncoding(request.headers, mode) });
    return decode(response, maxBytes);
  };
}

function setAcceptEncoding(headers: HeaderFields, mode: CompressionMode): HeaderFields {
  if (mode === 'AUTO') return headers;
  const { 'accept-encoding': _, ...rest } = headers;
  return mode === 'ALWAYS' ? { ...rest, 'accept-encoding': ACCEPTED } : rest;
}

function decode(response: TransportResponse, maxBytes: number): TransportResponse {
  const { body, headers } = response;
  const codings = readCodings(headers['content-encoding']);
  if (body === null || codings.length === 0 || codings.length > MAX_CODINGS) return response;
  if (!codings.every((coding) => coding in DECODERS)) return response;
  const { 'content-encoding': _, 'content-length': __, ...rest } = headers;
  return {
    ...response,
    headers: rest,
    body: codings.reduceRight((each, coding) => decodeBody(each, coding, maxBytes), body),
  };
}

function readCodings(value: string | string[] | undefined): string[] {
  return String(value ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

const DECODERS: Readonly<Record<string, (first: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
  // Servers send deflate with and without the header of zlib, whose first byte ends in 8.
  deflate: (first) => (((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw()),
};

function decodeBody(body: ResponseBody, coding: string, maxBytes: number): ResponseBody {
  return createBody(
    decodeChunks(body, coding, maxBytes),
    () => body.cancel(),
    (error) =>
      error instanceof SelfsameError || !(error instanceof Error && 'code' in error && isZlibCode(error.code))
        ? error
        : new APIConnectionError(`the body of the response is not valid ${coding}`, { cause: error }),
  );
}

function isZlibCode(code: unknown): boolean {
  return typeof code === 'string' && /^(Z_|ERR_|BR)/.test(code);
}

async function* decodeChunks(body: ResponseBody, coding: string, maxBytes: number): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  // An empty body has no coding.
  if (first.done === true) return;
  const decoder = DECODERS[coding]?.(first.value) as Transform;
  pipeline(Readable.from(prepend(first.value, chunks), { objectMode: false }), decoder, () => {
    // The decoder emits the error too.
  });
  let bytes = 0;
  for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (maxBytes !== -1 && bytes > maxBytes) throw new ResponseLimitError('maxEntityBodySize', maxBytes);
    yield chunk;
  }
}

async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
