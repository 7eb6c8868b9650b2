/** Raw bytes on the wire: the file parts of a multipart form, and responses that are not JSON. */
import Type, { type TUnsafe } from 'typebox';
import { named } from './schema.ts';

/** A file part of a form, received completely. */
export interface FormFile {
  /** Name from the client, without folders. */
  readonly filename: string;
  /** Media type from the client, e.g. `application/pdf`. */
  readonly contentType: string;
  readonly bytes: number;
}

/** JSON Schema `format` of both: OpenAPI's term for raw bytes. */
export const BINARY_FORMAT = 'binary';

/** A file part of a multipart form. */
export function file(options: object = {}): TUnsafe<FormFile> {
  return Type.Unsafe<FormFile>({ type: 'string', format: BINARY_FORMAT, ...options });
}

/** Return value of a handler whose operation has the response `Bytes`. */
export interface ByteAnswer {
  contentType: string;
  /** Length of the complete content, also for a range. */
  bytes: number;
  /** File name for downloads. */
  filename?: string;
  /** Permanent identifier of these bytes, for `etag`. */
  tag?: string;
  /** Reads `length` bytes from `start`. */
  open(range: { start: number; length: number }): AsyncIterable<Uint8Array>;
}

/** Return value of a handler whose bytes are sent while they are created. Their number is unknown. */
export interface ByteStream {
  contentType: string;
  /** Read once. */
  stream: AsyncIterable<Uint8Array>;
}

/** The response of an operation that returns raw bytes. Byte ranges (`Range: bytes=…`) of a `ByteAnswer` are honoured. */
export const Bytes = named('Bytes', Type.Unsafe<ByteAnswer | ByteStream>({ type: 'string', format: BINARY_FORMAT }));
