/**
 * One child process that reads files. It may read the disk and nothing else: no writing, no programs, no environment. Invariant: whatever
 * it does, `read` settles within the limits on time and memory, and a process that went beyond one is killed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { residentBytes } from '../lib/resident-bytes.ts';
import type { ExtractedText, TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';
import type { FromReader, ReadMessage, TextPiece } from './messages.ts';

/** The program beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/reader(\.[jt]s)$/, 'reader-program$1');

const MEMORY_CHECK_MS = 100;
const STDERR_TAIL = 2000;
/** What V8 says last when the heap is full. */
const HEAP_FULL = /heap out of memory|Reached heap limit|Allocation failed/;

export class Reader {
  readonly #limits: ExtractionLimits;
  readonly #child: ChildProcess;
  #lastWords = '';
  #idleTimer: NodeJS.Timeout | undefined;
  #files = 0;
  #sound = true;

  constructor(limits: ExtractionLimits) {
    this.#limits = limits;
    this.#child = fork(PROGRAM, {
      env: {},
      execArgv: ['--permission', '--allow-fs-read=*', `--max-old-space-size=${limits.heapMib}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.#lastWords = (this.#lastWords + bytes.toString('latin1')).slice(-STDERR_TAIL);
    });
    this.#child.on('error', () => this.end());
    this.#child.on('exit', () => this.end());
  }

  /** Whether the next file may be given to it. */
  get isSound(): boolean {
    return this.#sound;
  }

  /** How many files it has read. */
  get files(): number {
    return this.#files;
  }

  /** Nobody needs it for now: it keeps no program alive, and ends after `idleMs`. */
  rest(idleMs: number, ended: () => void): void {
    for (const handle of this.#handles()) handle?.unref();
    this.#idleTimer = setTimeout(() => {
      ended();
      this.end();
    }, idleMs).unref();
  }

  wake(): void {
    clearTimeout(this.#idleTimer);
    for (const handle of this.#handles()) handle?.ref();
  }

  /** What keeps a program alive that has nothing else to do. */
  #handles() {
    const { stderr, channel } = this.#child;
    return [this.#child, channel, stderr instanceof Socket ? stderr : undefined];
  }

  end(): void {
    this.#sound = false;
    clearTimeout(this.#idleTimer);
    this.#child.kill('SIGKILL');
  }

  /** Throws `ExtractionError` and the signal's reason; unless the file was `unsupported_file`, the process has ended then. */
  async read(message: ReadMessage, signal: AbortSignal): Promise<ExtractedText> {
    signal.throwIfAborted();
    this.#files += 1;
    const { promise, resolve, reject } = Promise.withResolvers<ExtractedText>();
    const text: ExtractedText = { sections: [], warnings: [] };
    const fail = (error: unknown) => {
      this.end();
      reject(error);
    };
    const { stop: stopGuards, extend } = this.#guard(fail);
    const receive = (answer: FromReader) => {
      if (answer.type === 'scanning') extend();
      else if (answer.type === 'text') for (const piece of answer.pieces) append(text.sections, piece);
      else if (answer.type === 'warning') text.warnings.push(answer.message);
      else if (answer.type === 'done') resolve(text);
      // A type that is not read is found out before a library touches the file: the process is as good as before.
      else (answer.code === 'unsupported_file' ? reject : fail)(new ExtractionError(answer.code, answer.message));
    };
    const died = () => fail(this.#deathError());
    const abort = () => fail(signal.reason);
    this.#child.on('message', receive);
    this.#child.once('close', died);
    this.#child.once('error', died);
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (!this.#sound) died();
      else this.#child.send(message, (error) => (error === null ? undefined : died()));
      return await promise;
    } finally {
      stopGuards();
      this.#child.off('message', receive);
      this.#child.off('close', died);
      this.#child.off('error', died);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the reading when time or memory run out, until `stop`. `extend` gives it the time of one more scanned page, if it may have one. */
  #guard(fail: (error: ExtractionError) => void): { stop(): void; extend(): void } {
    const { wallMs, scannedPageMs, scannedPages, residentBytes: mostBytes } = this.#limits;
    const startedAt = performance.now();
    let allowedMs = wallMs;
    const late = () => {
      fail(new ExtractionError('invalid_file', `Reading the file took longer than ${allowedMs / 1000} seconds.`));
    };
    let timer = setTimeout(late, wallMs);
    const check = async () => {
      const bytes = this.#child.pid === undefined ? 0 : await residentBytes(this.#child.pid);
      if (bytes !== undefined && bytes > mostBytes) fail(memoryError());
    };
    const watch = setInterval(() => void check(), MEMORY_CHECK_MS);
    return {
      stop() {
        clearTimeout(timer);
        clearInterval(watch);
      },
      extend() {
        allowedMs = Math.min(allowedMs + scannedPageMs, wallMs + scannedPages * scannedPageMs);
        clearTimeout(timer);
        timer = setTimeout(late, allowedMs - (performance.now() - startedAt));
      },
    };
  }

  #deathError(): ExtractionError {
    if (HEAP_FULL.test(this.#lastWords)) return memoryError();
    const { exitCode, signalCode } = this.#child;
    const how = signalCode === null ? `code ${exitCode}` : `signal ${signalCode}`;
    return new ExtractionError('server_error', `The process that read the file ended with ${how}.`);
  }
}

function memoryError(): ExtractionError {
  return new ExtractionError('invalid_file', 'Reading the file took more memory than one file may have.');
}

function append(sections: TextSection[], { begins, text }: TextPiece): void {
  const last = sections.at(-1);
  if (begins === undefined && last !== undefined) last.text += text;
  else sections.push({ text, ...begins });
}
