/** Bytes that arrive in chunks, as one array: each chunk is copied when it arrives, so that the last one does not cost a copy of all. */

const MIN_CAPACITY_BYTES = 4096;

export class GrowingBytes {
  #bytes = new Uint8Array(MIN_CAPACITY_BYTES);
  #length = 0;

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
    const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.byteLength));
    grown.set(this.bytes());
    this.#bytes = grown;
  }
}
