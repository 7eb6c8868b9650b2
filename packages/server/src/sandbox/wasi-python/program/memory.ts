/** Typed access to the memory of the interpreter. It moves when it grows, so views are created on each use. */
import { ERRNO, WasiError } from './abi.ts';

/** Two 32-bit numbers: address and length. */
const VECTOR_BYTES = 8;
const MAX_VECTORS = 1024;

export class InterpreterMemory {
  #memory: WebAssembly.Memory | undefined;

  /** The memory exists only after the functions of WASI that use it. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  get view(): DataView {
    return new DataView(this.#buffer);
  }

  /** Throws if the range is outside the memory. */
  bytes(address: number, length: number): Uint8Array {
    const start = address >>> 0;
    if (start + (length >>> 0) > this.#buffer.byteLength) throw new WasiError(ERRNO.badAddress);
    return new Uint8Array(this.#buffer, start, length >>> 0);
  }

  text(address: number, length: number): string {
    return new TextDecoder('utf-8').decode(this.bytes(address, length));
  }

  vectors(address: number, count: number): Uint8Array[] {
    if (count >>> 0 > MAX_VECTORS) throw new WasiError(ERRNO.invalid);
    const { view } = this;
    return Array.from({ length: count }, (_, index) => {
      const at = (address >>> 0) + index * VECTOR_BYTES;
      return this.bytes(view.getUint32(at, true), view.getUint32(at + 4, true));
    });
  }

  setUint8(address: number, value: number): void {
    this.view.setUint8(address >>> 0, value);
  }

  setUint16(address: number, value: number): void {
    this.view.setUint16(address >>> 0, value, true);
  }

  setUint32(address: number, value: number): void {
    this.view.setUint32(address >>> 0, value, true);
  }

  setUint64(address: number, value: bigint): void {
    this.view.setBigUint64(address >>> 0, BigInt.asUintN(64, value), true);
  }

  get #buffer(): ArrayBuffer {
    if (this.#memory === undefined) throw new WasiError(ERRNO.badAddress);
    return this.#memory.buffer;
  }
}
