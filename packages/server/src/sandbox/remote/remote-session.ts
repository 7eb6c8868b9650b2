/** A session at a server of the protocol. */
import { MAX_CALL_BYTES, parseReply, readLines, toBytes, toFiles } from '../replies.ts';
import {
  type Interruption,
  type SandboxFile,
  SandboxFileError,
  SandboxInterruptedError,
  type SandboxLimits,
  type SandboxOutput,
  type SandboxSession,
} from '../sandbox.ts';
import { bytesOf, type RemoteOptions, type RemoteRequest, readJson, send, toInterruption } from './requests.ts';

/** The server ends a call at its time limit; it has this time to report it. */
const GRACE_MS = 5000;
const DESTROY_MS = 5000;
const NEVER = new AbortController().signal;

type Call = Omit<RemoteRequest, 'signal'>;

export class RemoteSession implements SandboxSession {
  readonly #options: RemoteOptions;
  readonly #path: string;
  readonly #limits: SandboxLimits;
  readonly #closed = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #ended: Interruption | undefined;
  #deletion: Promise<void> | undefined;

  constructor(options: RemoteOptions, id: string, limits: SandboxLimits) {
    this.#options = options;
    this.#path = `/sessions/${id}`;
    this.#limits = limits;
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  async *run(code: string, signal: AbortSignal): AsyncIterable<SandboxOutput> {
    yield* this.#exchange(signal, { method: 'POST', path: '/run', json: { code } }, (response) =>
      readOutputs(response, this.#limits.outputBytes),
    );
  }

  async putFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#ask({ method: 'PUT', path: fileAt(path), body: toStream(content) });
  }

  async *readFile(path: string): AsyncIterable<Uint8Array> {
    const limit = this.#limits.diskBytes;
    yield* this.#exchange(NEVER, { method: 'GET', path: fileAt(path) }, async function* (response) {
      let received = 0;
      for await (const part of bytesOf(response)) {
        received += part.byteLength;
        if (received > limit) throw new SandboxInterruptedError('output');
        yield part;
      }
    });
  }

  async listFiles(): Promise<SandboxFile[]> {
    return toFiles((await this.#ask({ method: 'GET', path: '/files' })).files);
  }

  async deleteFile(path: string): Promise<boolean> {
    return (await this.#ask({ method: 'DELETE', path: fileAt(path) })).existed === true;
  }

  async destroy(): Promise<void> {
    this.#end('aborted');
    await this.#deletion;
  }

  async #ask(call: Call): Promise<Record<string, unknown>> {
    let result: Record<string, unknown> = {};
    const replies = this.#exchange(NEVER, call, async function* (response) {
      yield await readJson(response);
    });
    for await (const reply of replies) result = reply;
    return result;
  }

  /** Sends one request and yields what `read` finds in its response. Requests of other callers wait. */
  async *#exchange<T>(
    signal: AbortSignal,
    call: Call,
    read: (response: Response) => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    let isSettled = true;
    const deadline = AbortSignal.timeout(this.#limits.wallMs + GRACE_MS);
    try {
      if (this.#ended !== undefined) throw new SandboxInterruptedError(this.#ended);
      // Nothing was sent yet, so the session stays usable.
      if (signal.aborted) throw new SandboxInterruptedError('aborted');
      isSettled = false;
      const request = { ...call, path: this.#path + call.path };
      const signals = AbortSignal.any([signal, deadline, this.#closed.signal]);
      yield* read(await send(this.#options, { ...request, signal: signals }));
      isSettled = true;
    } catch (error) {
      if (isSettled) throw error;
      isSettled = error instanceof SandboxFileError;
      if (isSettled) throw error;
      this.#end(signal.aborted ? 'aborted' : deadline.aborted ? 'time' : reasonOf(error));
      throw new SandboxInterruptedError(this.#ended ?? 'crash');
    } finally {
      // A caller that leaves early does not wait for the end of the call.
      if (!isSettled) this.#end('aborted');
      resolve();
    }
  }

  #end(reason: Interruption): void {
    this.#ended ??= reason;
    this.#closed.abort();
    const request = { method: 'DELETE', path: this.#path, signal: AbortSignal.timeout(DESTROY_MS) } as const;
    // A server that cannot be reached ends the session when it has been idle.
    this.#deletion ??= send(this.#options, request).then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  }
}

function fileAt(path: string): string {
  return `/file?path=${encodeURIComponent(path.toWellFormed())}`;
}

/** Not by `Readable.toWeb`, which throws outside of any promise if the server replies before the end of the body. */
function toStream(content: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const parts = content[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const part = await parts.next();
      if (part.done === true) controller.close();
      else controller.enqueue(part.value);
    },
    async cancel() {
      await parts.return?.();
    },
  });
}

function reasonOf(error: unknown): Interruption {
  return error instanceof SandboxInterruptedError ? error.reason : error instanceof RangeError ? 'output' : 'crash';
}

async function* readOutputs(response: Response, outputBytes: number): AsyncGenerator<SandboxOutput> {
  let received = 0;
  let end: SandboxOutput | undefined;
  for await (const line of readLines(bytesOf(response))) {
    received += line.length + 1;
    if (received > MAX_CALL_BYTES + outputBytes) throw new SandboxInterruptedError('output');
    // The server shows that it is alive.
    if (line === '') continue;
    // Nothing follows the end.
    const output = end === undefined ? toOutput(line) : undefined;
    if (output === undefined) throw new SandboxInterruptedError('output');
    if (output.type === 'end') end = output;
    else yield output;
  }
  if (end === undefined) throw new SandboxInterruptedError('crash');
  yield end;
}

function toOutput(line: string): SandboxOutput | undefined {
  const reply = parseReply(line);
  if (reply?.type === 'logs' && typeof reply.text === 'string') return { type: 'logs', text: reply.text };
  if (reply?.type === 'image' && typeof reply.png === 'string') return { type: 'image', png: toBytes(reply.png) };
  if (reply?.type === 'interrupted') throw new SandboxInterruptedError(toInterruption(reply.reason));
  if (reply?.type !== 'end' || (reply.status !== 'completed' && reply.status !== 'failed')) return undefined;
  return { type: 'end', status: reply.status, files: toFiles(reply.files) };
}
