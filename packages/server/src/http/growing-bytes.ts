/**
 * Collects chunks in one array. Each chunk after the first is copied on arrival, so that the end needs no copy of the
 * whole. Most bodies are one chunk, which is not copied.
 */

/** Limits the memory for a client that announces many bytes and sends few: capacity per received byte. */
const MAX_UNSEEN_RATIO = 16;

/**
 * A larger first chunk is copied too: the buffer of a large body is transferred to a thread, which its owner would
 * lose.
 */
const MAX_SHARED_BYTES = 64 * 1024;

const EMPTY = new Uint8Array();

export class GrowingBytes {
  readonly #expectedBytes: number;
  #bytes: Uint8Array<ArrayBuffer> = EMPTY;
  #length = 0;

  /** `expectedBytes`: the length that the sender announces; 0 if unknown. */
  constructor(expectedBytes = 0) {
    this.#expectedBytes = expectedBytes;
  }

  /** The bytes of `chunk` must not change afterwards. */
  append(chunk: Uint8Array<ArrayBuffer>): void {
    if (this.#length === 0 && chunk.byteLength <= MAX_SHARED_BYTES) {
      this.#bytes = chunk;
      this.#length = chunk.byteLength;
      return;
    }
    const length = this.#length + chunk.byteLength;
    if (length > this.#bytes.byteLength) this.#grow(length);
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Returns a view that is valid until the next `append`. Its buffer may be longer. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(length: number): void {
    // The capacity doubles at least: each byte is copied at most twice.
    const announced = length * MAX_UNSEEN_RATIO >= this.#expectedBytes ? this.#expectedBytes : 0;
    const grown = allocate(Math.max(announced, length, 2 * this.#bytes.byteLength));
    grown.set(this.bytes());
    this.#bytes = grown;
  }
}

/** Allocates without filling: bytes that were not written are never read. */
function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  const { buffer } = Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(buffer);
}
