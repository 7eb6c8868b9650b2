/** The error for a file whose text cannot be extracted. */

/**
 * `unsupported_file`: the type is not supported. `invalid_file`: the type is supported, but the file is damaged,
 * encrypted, of another type than its name, or beyond a limit. `server_error`: the file is not the cause; a retry may
 * help.
 */
export type ExtractionErrorCode = 'unsupported_file' | 'invalid_file' | 'server_error';

export class ExtractionError extends Error {
  override readonly name = 'ExtractionError';
  readonly code: ExtractionErrorCode;

  /** `message`: for the user who uploaded the file. */
  constructor(code: ExtractionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
