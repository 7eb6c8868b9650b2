/** Raw bytes on the wire: the file parts of a multipart form, and answers that are no JSON. */
import Type, { type TUnsafe } from 'typebox';
import { named } from './schema.ts';

/** A file part of a form, received completely. */
export interface FormFile {
  /** As the client named it, without folders. */
  readonly filename: string;
  /** Media type that the client gave, e.g. `application/pdf`. */
  readonly contentType: string;
  readonly bytes: number;
}

/** JSON Schema `format` of both: OpenAPI's word for bytes that are no text. */
export const BINARY_FORMAT = 'binary';

/** A file part of a multipart form. */
export function file(options: object = {}): TUnsafe<FormFile> {
  return Type.Unsafe<FormFile>({ type: 'string', format: BINARY_FORMAT, ...options });
}

/** What a handler answers when the operation's response is `Bytes`. */
export interface ByteAnswer {
  contentType: string;
  /** Length of the whole, whatever range is asked for. */
  bytes: number;
  /** Name under which a browser saves it. */
  filename?: string;
  /** Identifies these bytes for ever, for `etag`. */
  tag?: string;
  /** From `start`, `length` bytes. */
  open(range: { start: number; length: number }): AsyncIterable<Uint8Array>;
}

/** The response of an operation that answers raw bytes. Byte ranges (`Range: bytes=…`) are honoured. */
export const Bytes = named('Bytes', Type.Unsafe<ByteAnswer>({ type: 'string', format: BINARY_FORMAT }));
