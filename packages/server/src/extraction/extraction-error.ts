/** Why no text could be taken out of a file. */

/**
 * `unsupported_file`: a type that is not read here. `invalid_file`: of a type that is read, but damaged, encrypted, of another type than
 * it says, or beyond a limit. `server_error`: not the file's fault; trying again may help.
 */
export type ExtractionErrorCode = 'unsupported_file' | 'invalid_file' | 'server_error';

export class ExtractionError extends Error {
  override readonly name = 'ExtractionError';
  readonly code: ExtractionErrorCode;

  /** `message`: for the one who uploaded the file. */
  constructor(code: ExtractionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
