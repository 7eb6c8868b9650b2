/**
 * A file of a request. Its bytes are in blob storage under `key` before a record refers to them. The code that creates
 * the record claims the file; files that are unclaimed at the end of the request are discarded.
 */
export interface StoredBytes {
  /** Key of the blob. */
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

  /** Called when a record that owns the bytes is written. */
  claim(): void {
    this.#claimed = true;
  }

  get claimed(): boolean {
    return this.#claimed;
  }
}
