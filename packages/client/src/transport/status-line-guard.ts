/**
 * `responseLimits.maxStatusLineLength` while the line arrives. undici passes the line on only when it is complete, and
 * of a line in several packets only the last part.
 */
import type { Socket } from 'node:net';
import { ResponseLimitError } from './transport-errors.ts';

const LINE_FEED = 0x0a;

export class StatusLineGuard {
  readonly #socket: Socket;
  readonly #maxLength: number;
  /** Bytes of the line so far; undefined outside a status line. */
  #length: number | undefined;

  /** undici reads the socket of HTTP/1 with `read`. */
  constructor(socket: Socket, maxLength: number) {
    this.#socket = socket;
    this.#maxLength = maxLength;
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      const chunk: unknown = read(size);
      if (Buffer.isBuffer(chunk)) this.#count(chunk);
      return chunk;
    };
  }

  /** The next bytes are a status line. */
  expect(): void {
    this.#length = 0;
  }

  #count(chunk: Buffer): void {
    if (this.#length === undefined) return;
    const end = chunk.indexOf(LINE_FEED);
    const length = this.#length + (end === -1 ? chunk.length : end);
    this.#length = end === -1 ? length : undefined;
    // A line ends with carriage return and line feed.
    if (length > this.#maxLength + 1) {
      this.#socket.destroy(new ResponseLimitError('maxStatusLineLength', this.#maxLength));
    }
  }
}
