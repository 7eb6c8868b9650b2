/**
 * The body parser of multipart forms. Files of any size are streamed to blob storage; fields become the object that the
 * schema describes: `expires_after[seconds]` is a nested property, `image[]` an array. A failed request leaves no bytes
 * behind.
 */
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance, type Dicer } from '@fastify/busboy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { ReceivedFile, type StoredBytes } from '../lib/received-file.ts';
import { FORM_OVERHEAD_BYTES } from './body-limit.ts';
import { withPlainFilename } from './form-filenames.ts';
import { putNamed } from './named-values.ts';

/** Stores the bytes of files. */
export interface FileReceiver {
  /** Resolves when the bytes are durable. A source that throws leaves no bytes behind. */
  receive(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StoredBytes>;
  discard(keys: readonly string[]): Promise<void>;
}

export const FORM_CEILINGS = {
  fields: 1000,
  files: 64,
  nameBytes: 256,
  /** Total of all fields. */
  fieldBytes: FORM_OVERHEAD_BYTES,
} as const;
/** Filenames are shown, logged and sent in headers: no control characters, no invalid UTF-8. */
const INVALID_FILENAME = /[\p{Cc}\ufffd]/u;
const MAX_FILENAME_CHARS = 255;

export function acceptForms(app: FastifyInstance, files: FileReceiver): void {
  app.addContentTypeParser('multipart/form-data', async (request: FastifyRequest, payload: Readable) => {
    const { formBytes } = request.routeOptions.config;
    if (formBytes === undefined) throw errors.unsupportedContentType('multipart/form-data', 'application/json');
    if (Number(request.headers['content-length'] ?? 0) > formBytes + FORM_OVERHEAD_BYTES) {
      throw errors.requestTooLarge(formBytes);
    }
    return readForm(payload, {
      contentType: request.headers['content-type'] ?? '',
      received: () => request.raw.complete,
      formBytes,
      files,
    });
  });
}

interface FormOptions {
  contentType: string;
  /** Whether the request was received completely. */
  received(): boolean;
  /** Maximum bytes per file. */
  formBytes: number;
  files: FileReceiver;
}

async function readForm(payload: Readable, options: FormOptions): Promise<Record<string, unknown>> {
  const failed = new AbortController();
  const form: Record<string, unknown> = Object.create(null);
  const received: Promise<void>[] = [];
  const keys: string[] = [];
  const parser = openParser(options.contentType);
  const receive = async (name: string, stream: Readable, { filename, contentType }: FileHead) => {
    const end = () => stream.destroy(failed.signal.reason);
    failed.signal.addEventListener('abort', end);
    try {
      failed.signal.throwIfAborted();
      checkName(name, filename);
      const stored = await options.files.receive(limited(stream, options.formBytes), failed.signal);
      keys.push(stored.key);
      putNamed(form, name, new ReceivedFile({ ...stored, filename, contentType }));
    } catch (error) {
      stream.destroy();
      failed.abort(error);
    } finally {
      failed.signal.removeEventListener('abort', end);
    }
  };
  let fieldBytes = 0;
  parser.on('field', (name, value, nameTruncated, valueTruncated) => {
    fieldBytes += Buffer.byteLength(value);
    try {
      if (fieldBytes > FORM_CEILINGS.fieldBytes) throw errors.requestTooLarge(FORM_CEILINGS.fieldBytes);
      if (nameTruncated || valueTruncated) throw errors.badRequest(`the form field '${name}' is too long.`);
      putNamed(form, name, value);
    } catch (error) {
      failed.abort(error);
    }
  });
  parser.on('file', (name, stream, filename, _encoding, contentType) => {
    stream.on('error', () => undefined);
    received.push(receive(name, stream, { filename, contentType }));
  });
  for (const [event, what] of LIMIT_EVENTS) {
    parser.on(event, () => failed.abort(errors.badRequest(`the form has too many ${what}.`)));
  }
  try {
    await feed(payload, parser, { failed, received: options.received });
    await Promise.all(received);
    failed.signal.throwIfAborted();
    return { ...form };
  } catch (error) {
    failed.abort(error);
    await Promise.all(received);
    await options.files.discard(keys);
    throw toFormError(failed.signal.reason);
  }
}

interface FileHead {
  filename: string;
  contentType: string;
}

interface Reception {
  failed: AbortController;
  received(): boolean;
}

async function feed(payload: Readable, parser: BusboyInstance, { failed, received }: Reception): Promise<void> {
  const onClose = () => {
    if (!received()) failed.abort(new DOMException('The client left.', 'AbortError'));
  };
  payload.once('close', onClose);
  payload.on('error', (error) => failed.abort(error));
  parser.on('error', (error) => failed.abort(error));
  try {
    await new Promise<void>((resolve, reject) => {
      failed.signal.addEventListener('abort', () => reject(failed.signal.reason), { once: true });
      parser.once('finish', resolve);
      payload.pipe(parser);
    });
  } finally {
    payload.off('close', onClose);
    payload.unpipe(parser);
  }
}

const LIMIT_EVENTS = [
  ['partsLimit', 'parts'],
  ['filesLimit', 'files'],
  ['fieldsLimit', 'fields'],
] as const;

function openParser(contentType: string): BusboyInstance {
  const limits = {
    fieldNameSize: FORM_CEILINGS.nameBytes,
    fieldSize: FORM_CEILINGS.fieldBytes,
    fields: FORM_CEILINGS.fields,
    files: FORM_CEILINGS.files,
  };
  try {
    return readingFilenames(new Busboy({ headers: { 'content-type': contentType }, limits }));
  } catch (error) {
    throw errors.badRequest(`the form cannot be read: ${(error as Error).message}.`);
  }
}

/**
 * The parser has no hook for the headers of a part: they are rewritten between it and the part splitter that it wraps.
 */
function readingFilenames(parser: BusboyInstance): BusboyInstance {
  const { _parser } = parser as unknown as { _parser: { parser: Dicer } };
  _parser.parser.prependListener('part', (part) => {
    part.on('header', (header: Record<string, string[]>) => {
      const disposition = header['content-disposition']?.[0];
      if (disposition !== undefined) header['content-disposition'] = [withPlainFilename(disposition)];
    });
  });
  return parser;
}

function checkName(field: string, filename: string | undefined): void {
  if (filename === undefined || filename === '')
    throw errors.invalidValue(field, `The file '${field}' has no filename.`);
  if (INVALID_FILENAME.test(filename)) {
    throw errors.invalidValue(field, `The filename of '${field}' has control characters or is not valid UTF-8.`);
  }
  if (filename.length > MAX_FILENAME_CHARS) {
    throw errors.invalidValue(field, `The filename of '${field}' is longer than ${MAX_FILENAME_CHARS} characters.`);
  }
}

async function* limited(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw errors.requestTooLarge(maxBytes);
    yield chunk;
  }
}

function toFormError(error: unknown): unknown {
  if (error instanceof ApiError || (error as Error).name === 'AbortError') return error;
  const { code, message } = error as { code?: string; message: string };
  // Errors of the parser have no code; errors of the file system have one.
  return code === undefined ? errors.badRequest(`the form cannot be read: ${message}.`) : error;
}
