/**
 * Sends bytes: all of them, the requested range (RFC 9110, section 14), or a stream of unknown length in chunks.
 * Invariant: a stream that fails after its first bytes ends with a broken connection, never as if it were complete.
 */
import { Readable } from 'node:stream';
import type { ByteAnswer, ByteStream } from '@selfsame/contract/bytes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { prime } from '../lib/async-iterables.ts';

/** Resolves when the first bytes of a stream exist. Rejects with its error if it fails before them. */
export async function startBytes(answer: ByteAnswer | ByteStream): Promise<ByteAnswer | ByteStream> {
  if (!('stream' in answer)) return answer;
  const { head, events } = prime(answer.stream);
  await head;
  return { ...answer, stream: events };
}

export function sendBytes(answer: ByteAnswer | ByteStream, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('content-type', answer.contentType).header('x-content-type-options', 'nosniff');
  if ('stream' in answer) return reply.send(Readable.from(answer.stream, { objectMode: false }));
  const { bytes, filename, tag } = answer;
  reply.header('accept-ranges', 'bytes');
  if (tag !== undefined) reply.header('etag', `"${tag}"`);
  if (filename !== undefined) reply.header('content-disposition', toDisposition(filename));
  const range = requestedRange(request, answer);
  if (range === undefined) {
    return reply.header('content-length', bytes).send(toStream(answer, { start: 0, length: bytes }));
  }
  const { start, length } = range;
  return reply
    .code(206)
    .header('content-range', `bytes ${start}-${start + length - 1}/${bytes}`)
    .header('content-length', length)
    .send(toStream(answer, range));
}

function toStream(answer: ByteAnswer, range: { start: number; length: number }): Readable {
  return Readable.from(answer.open(range), { objectMode: false });
}

/**
 * Returns the range to send, or undefined for all bytes: if several ranges are requested, or `If-Range` has another
 * tag.
 */
function requestedRange(
  request: FastifyRequest,
  { bytes, tag }: ByteAnswer,
): { start: number; length: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  if (match === null || (condition !== undefined && condition !== `"${tag}"`)) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (start > end) throw errors.rangeNotSatisfiable(bytes);
  return { start, length: end - start + 1 };
}

/** Writes the name for RFC 6266 clients, with an ASCII form for older ones. */
function toDisposition(filename: string): string {
  const ascii = filename.replaceAll(/[^\u0020-\u007e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"${ascii === filename ? '' : `; filename*=UTF-8''${encoded}`}`;
}
