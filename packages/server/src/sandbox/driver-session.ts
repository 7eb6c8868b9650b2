/** A session over the streams of a process that runs `DRIVER`. Everything that the process sends is untrusted. */
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { MAX_CALL_BYTES, parseReply, type Reply, readLines, toBytes, toFiles } from './replies.ts';
import {
  type Interruption,
  type SandboxFile,
  SandboxFileError,
  SandboxInterruptedError,
  type SandboxLimits,
  type SandboxOutput,
  type SandboxSession,
} from './sandbox.ts';

const CHUNK_BYTES = 512 * 1024;
const NEVER = new AbortController().signal;

export interface DriverProcess {
  child: ChildProcess;
  commands: Writable;
  replies: Readable;
}

export class DriverSession implements SandboxSession {
  readonly #process: DriverProcess;
  readonly #limits: SandboxLimits;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<void>;
  #last: Promise<void> = Promise.resolve();
  #ended: Interruption | undefined;

  constructor(process: DriverProcess, limits: SandboxLimits) {
    this.#process = process;
    this.#limits = limits;
    this.#lines = readLines(process.replies);
    this.#exited = new Promise((resolve) => {
      process.child.once('close', () => this.#stop('crash', resolve));
      process.child.once('error', () => this.#stop('crash', resolve));
    });
    process.commands.on('error', () => this.#stop('crash'));
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Waits until the interpreter is ready. */
  async start(wallMs = this.#limits.wallMs): Promise<void> {
    for await (const reply of this.#exchange(undefined, NEVER, wallMs)) {
      if (reply.type === 'ready') return;
    }
  }

  async *run(code: string, signal: AbortSignal): AsyncIterable<SandboxOutput> {
    const decoder = new TextDecoder();
    for await (const reply of this.#exchange({ type: 'run', code }, signal)) {
      if (reply.type === 'logs') yield { type: 'logs', text: decoder.decode(toBytes(reply.data), { stream: true }) };
      else if (reply.type === 'image') yield { type: 'image', png: toBytes(reply.data) };
      else if (reply.type === 'end') {
        const status = reply.status === 'completed' ? 'completed' : 'failed';
        yield { type: 'end', status, files: toFiles(reply.files) };
      } else this.#interrupt('output');
    }
  }

  async putFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    let start = 0;
    for await (const piece of content) {
      for (let from = 0; from < piece.byteLength; from += CHUNK_BYTES) {
        const part = Buffer.from(piece.subarray(from, from + CHUNK_BYTES));
        await this.#ask({ type: 'put', path, start, data: part.toString('base64') });
        start += part.byteLength;
      }
    }
    if (start === 0) await this.#ask({ type: 'put', path, start, data: '' });
  }

  async *readFile(path: string): AsyncIterable<Uint8Array> {
    for (let start = 0; start <= this.#limits.diskBytes; ) {
      const { data } = await this.#ask({ type: 'read', path, start, length: CHUNK_BYTES });
      const bytes = toBytes(data);
      if (bytes.byteLength === 0) return;
      yield bytes;
      start += bytes.byteLength;
    }
  }

  async listFiles(): Promise<SandboxFile[]> {
    return toFiles((await this.#ask({ type: 'list' })).files);
  }

  async deleteFile(path: string): Promise<boolean> {
    return (await this.#ask({ type: 'delete', path })).existed === true;
  }

  async destroy(): Promise<void> {
    this.#stop('aborted');
    await this.#exited;
  }

  async #ask(request: object): Promise<Reply> {
    for await (const reply of this.#exchange(request, NEVER)) {
      if (reply.type === 'refused') throw new SandboxFileError(String(reply.message).slice(0, 500));
      if (reply.type === 'done') return reply;
      break;
    }
    return this.#interrupt('output');
  }

  /** Sends a request and yields its replies, the final one included. Requests of other callers wait. */
  async *#exchange(
    request: object | undefined,
    signal: AbortSignal,
    wallMs = this.#limits.wallMs,
  ): AsyncGenerator<Reply> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    const timer = setTimeout(() => this.#stop('time'), wallMs);
    const abort = () => this.#stop('aborted');
    let isDone = false;
    try {
      if (signal.aborted) return void this.#refuseAborted(() => (isDone = true));
      signal.addEventListener('abort', abort);
      if (this.#ended !== undefined) throw new SandboxInterruptedError(this.#ended);
      if (request !== undefined) this.#process.commands.write(`${JSON.stringify(request)}\n`);
      let received = 0;
      while (!isDone) {
        const reply = await this.#next();
        received += reply.size;
        if (received > MAX_CALL_BYTES + this.#limits.outputBytes) this.#interrupt('output');
        isDone = ['ready', 'end', 'done', 'refused'].includes(reply.value.type);
        if (isDone) clearTimeout(timer);
        yield reply.value;
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      // A caller that leaves early leaves replies behind that the next request would read.
      if (!isDone) this.#stop('aborted');
      resolve();
    }
  }

  /** Nothing was sent yet, so the session stays usable. */
  #refuseAborted(keep: () => void): never {
    keep();
    throw new SandboxInterruptedError('aborted');
  }

  async #next(): Promise<{ value: Reply; size: number }> {
    const line = await this.#lines.next().catch(() => this.#interrupt('output'));
    if (line.done === true) return this.#interrupt('crash');
    const value = parseReply(line.value) ?? this.#interrupt('output');
    return { value, size: line.value.length };
  }

  #interrupt(reason: Interruption): never {
    this.#stop(reason);
    throw new SandboxInterruptedError(this.#ended ?? reason);
  }

  #stop(reason: Interruption, done?: () => void): void {
    this.#ended ??= reason;
    this.#process.child.kill('SIGKILL');
    this.#process.replies.destroy();
    done?.();
  }
}
