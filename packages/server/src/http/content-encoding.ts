/**
 * Decodes compressed request bodies while they arrive. Invariant: decoding stops at the body limit of the method, so
 * that a small body that unpacks to a huge one costs no more than the limit.
 */
import { PassThrough, type Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { maxBodyBytes } from './body-limit.ts';

/** Base-2 logarithm of the largest zstd window in bytes, the limit of RFC 9659. */
const MAX_ZSTD_WINDOW_LOG = 23;
/** Maximum codings of one body. */
const MAX_CODINGS = 2;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG } }),
};

declare module 'fastify' {
  interface RequestPayload {
    receivedEncodedLength?: number;
  }
}

export function decodeBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const header = request.headers['content-encoding'];
    if (header === undefined) {
      done(null, payload);
      return;
    }
    const codings = codingsOf(header);
    const isKnown = codings.length <= MAX_CODINGS && codings.every((coding) => Object.hasOwn(DECODERS, coding));
    if (!isKnown) done(errors.unsupportedContentEncoding(header));
    else if (codings.length === 0) done(null, payload);
    else done(null, decode(request, codings));
  });
}

/** Returns the codings in the order in which they were applied. */
function codingsOf(header: string): string[] {
  const codings = header.split(',').map((coding) => coding.trim().toLowerCase());
  return codings.filter((coding) => coding !== '' && coding !== 'identity');
}

function decode(request: FastifyRequest, codings: readonly string[]): PassThrough {
  const source = request.raw;
  const limit = maxBodyBytes(request);
  const decoded = Object.assign(new PassThrough(), { receivedEncodedLength: 0 });
  const decoders = codings.toReversed().flatMap((coding) => DECODERS[coding]?.() ?? []);
  const fail = (error: ApiError | Error) => {
    source.unpipe();
    for (const decoder of decoders) decoder.destroy();
    decoded.destroy(error);
  };
  const failDamaged = (error: Error) =>
    fail(errors.badRequest(`the body is not valid ${codings.join(', ')}: ${error.message}.`));
  let bytes = 0;
  source.on('data', (chunk: Buffer) => {
    decoded.receivedEncodedLength += chunk.byteLength;
  });
  source.once('error', fail);
  source.once('close', () => {
    if (!source.complete) fail(new DOMException('The client left.', 'AbortError'));
  });
  let end: Readable = source;
  for (const decoder of decoders) end = end.pipe(decoder.on('error', failDamaged));
  end.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > limit) fail(errors.requestTooLarge(limit));
    else if (!decoded.write(chunk)) end.pause();
  });
  decoded.on('drain', () => end.resume());
  end.once('end', () => decoded.end());
  return decoded;
}
