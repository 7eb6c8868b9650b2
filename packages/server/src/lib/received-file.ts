/**
 * A file that came with a request: its bytes lie in blob storage under `key` before anything refers to them. Whoever makes a record of
 * it claims it; what nobody claimed by the end of the request is discarded.
 */
export interface StoredBytes {
  /** Where the bytes lie. */
  key: string;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
}

export interface ReceivedFileParts extends StoredBytes {
  filename: string;
  contentType: string;
}

export class ReceivedFile implements ReceivedFileParts {
  readonly filename: string;
  readonly contentType: string;
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  #claimed = false;

  constructor({ filename, contentType, key, bytes, sha256 }: ReceivedFileParts) {
    this.filename = filename;
    this.contentType = contentType;
    this.key = key;
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  /** Called once a record that owns the bytes is written. */
  claim(): void {
    this.#claimed = true;
  }

  get claimed(): boolean {
    return this.#claimed;
  }
}
