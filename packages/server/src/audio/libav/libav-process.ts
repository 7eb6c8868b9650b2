/**
 * Encodes in a child process, which is started on first use and ends when it is idle. A process that dies fails the
 * encodings that it held; the next one starts another process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EncodeOptions } from '../audio-encoder.ts';
import type { FromLibav, LibavFormat, ToLibav } from './protocol.ts';

/** The script beside this file with the same extension: `.ts` in the repository, `.js` in the package. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/libav-process(\.[jt]s)$/, 'libav-child$1');
const DEFAULT_IDLE_MS = 60_000;

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

export class LibavProcess {
  readonly #idleMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #lastId = 0;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ idleMs = DEFAULT_IDLE_MS }: { idleMs?: number } = {}) {
    this.#idleMs = idleMs;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async *encode(
    samples: AsyncIterable<Int16Array>,
    { format, sampleRate, signal }: EncodeOptions & { format: LibavFormat },
  ): AsyncGenerator<Uint8Array> {
    const id = ++this.#lastId;
    this.#users += 1;
    clearTimeout(this.#idle);
    let isOpen = false;
    try {
      for await (const part of samples) {
        if (!isOpen) await this.#ask({ type: 'open', id, format, sampleRate }, signal);
        isOpen = true;
        const bytes = await this.#ask({ type: 'samples', id, samples: part }, signal);
        if (bytes.length > 0) yield bytes;
      }
      if (!isOpen) await this.#ask({ type: 'open', id, format, sampleRate }, signal);
      isOpen = true;
      yield await this.#ask({ type: 'end', id }, signal);
      isOpen = false;
    } finally {
      if (isOpen) this.#send({ type: 'cancel', id });
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => this.#child?.kill('SIGKILL'), this.#idleMs).unref();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  }

  async #ask(message: ToLibav, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error('The audio encoder was closed.');
    this.#child ??= this.#start();
    let abort: (() => void) | undefined;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        abort = () => reject(signal.reason);
        signal.addEventListener('abort', abort, { once: true });
        this.#waiting.set(message.id, { resolve, reject });
        this.#send(message);
      });
    } finally {
      this.#waiting.delete(message.id);
      if (abort !== undefined) signal.removeEventListener('abort', abort);
    }
  }

  #send(message: ToLibav): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }

  #start(): ChildProcess {
    const child = fork(PROGRAM, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (message: FromLibav) => {
      const waiting = this.#waiting.get(message.id);
      if (message.type === 'bytes') waiting?.resolve(message.bytes);
      else waiting?.reject(new Error(`The audio encoder failed: ${message.message}`));
    });
    const fail = (error: Error) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      for (const waiting of this.#waiting.values()) waiting.reject(error);
    };
    child.once('error', fail);
    child.once('exit', () => fail(new Error('The process of the audio encoder ended.')));
    return child;
  }
}
