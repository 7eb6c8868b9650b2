/** Bytes that arrive in chunks, as one array: each chunk is copied when it arrives, so that the last one does not cost a copy of all. */

const MIN_CAPACITY_BYTES = 4096;

/** A client that announces much and sends little gets no more memory than this for it. */
const MAX_UNSEEN_RATIO = 16;

export class GrowingBytes {
  readonly #expectedBytes: number;
  #bytes = allocate(MIN_CAPACITY_BYTES);
  #length = 0;

  /** `expectedBytes`: what the sender announces; 0 if it does not. */
  constructor(expectedBytes = 0) {
    this.#expectedBytes = expectedBytes;
  }

  append(chunk: Uint8Array): void {
    const length = this.#length + chunk.byteLength;
    if (length > this.#bytes.byteLength) this.#grow(length);
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Valid until the next `append`. Its buffer may be longer. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(length: number): void {
    // Doubling: each byte is copied twice at most.
    const announced = length * MAX_UNSEEN_RATIO >= this.#expectedBytes ? this.#expectedBytes : 0;
    const grown = allocate(Math.max(announced, length, 2 * this.#bytes.byteLength));
    grown.set(this.bytes());
    this.#bytes = grown;
  }
}

/** Not filled with zeroes: what is not written is never read. */
function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  const { buffer } = Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(buffer);
}
