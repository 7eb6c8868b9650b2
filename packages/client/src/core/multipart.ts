/**
 * Encodes forms (`multipart/form-data`). A form without streams becomes a `Blob`, which keeps files of the disk on the
 * disk, has a length, and can be sent again; a form with streams becomes a stream.
 */
import { SelfsameError } from './errors.ts';
import { toReadableStream } from './to-readable-stream.ts';
import type { RequestBody } from './transport.ts';
import { type FilePart, isUploadable, toFilePart } from './uploadable.ts';

export interface EncodedForm {
  contentType: string;
  body: RequestBody;
}

type Piece = string | Blob | AsyncIterable<Uint8Array | string>;

export async function encodeForm(fields: object): Promise<EncodedForm> {
  const boundary = `----selfsame-${crypto.randomUUID()}`;
  const pieces: Piece[] = [];
  for (const [name, value] of Object.entries(fields)) {
    for (const [field, leaf] of flatten(name, value)) pieces.push(...(await encodeField(boundary, field, leaf)));
  }
  pieces.push(`--${boundary}--\r\n`);
  const contentType = `multipart/form-data; boundary=${boundary}`;
  const isStream = pieces.some((piece) => typeof piece === 'object' && !(piece instanceof Blob));
  return { contentType, body: isStream ? toStream(pieces) : new Blob(pieces as (string | Blob)[]) };
}

/** Names of nested values: `include[]` for each item of a list, `expires_after[anchor]` for a property. */
function* flatten(name: string, value: unknown): Generator<[string, unknown]> {
  if (value === undefined) return;
  if (isUploadable(value)) yield [name, value];
  else if (Array.isArray(value)) for (const item of value) yield* flatten(`${name}[]`, item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* flatten(`${name}[${key}]`, inner);
  } else yield [name, value];
}

async function encodeField(boundary: string, name: string, value: unknown): Promise<Piece[]> {
  const start = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"`;
  if (isUploadable(value)) {
    const part: FilePart = await toFilePart(value);
    const head = `${start}; filename="${escapeName(part.name)}"\r\nContent-Type: ${part.type}\r\n\r\n`;
    return [head, part.content, '\r\n'];
  }
  if (value === null || typeof value === 'function' || typeof value === 'symbol') {
    throw new SelfsameError(`'${name}' of a form must be text, a number, a boolean or a file, but is ${String(value)}`);
  }
  // Line breaks of texts are CRLF in forms, as browsers send them.
  return [`${start}\r\n\r\n${String(value as string | number | boolean).replaceAll(/\r?\n|\r/g, '\r\n')}\r\n`];
}

const escapeName = (name: string): string =>
  name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');

function toStream(pieces: readonly Piece[]): ReadableStream<Uint8Array> {
  const chunks = readPieces(pieces);
  return toReadableStream(chunks, () => chunks.return(undefined));
}

async function* readPieces(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder();
  for (const piece of pieces) {
    if (typeof piece === 'string') yield encoder.encode(piece);
    else {
      const source = piece instanceof Blob ? piece.stream() : piece;
      for await (const chunk of source) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
    }
  }
  return undefined;
}
