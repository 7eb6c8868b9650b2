/**
 * A child process that reads files. It has permission to read the disk, but not to write, to start programs or to see
 * the environment.
 * Invariant: `read` always settles within the limits of time and memory; a process that exceeds one is killed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { cpuTicks } from '../lib/cpu-time.ts';
import { residentBytes } from '../lib/resident-bytes.ts';
import type { ExtractedText, TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';
import type { FromReader, ReadMessage, TextPiece } from './messages.ts';

/** The program beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/reader(\.[jt]s)$/, 'reader-program$1');

const MEMORY_CHECK_MS = 100;
const STDERR_TAIL_CHARS = 2000;
/** The last output of V8 when the heap is full. */
const HEAP_FULL = /heap out of memory|Reached heap limit|Allocation failed/;

export class Reader {
  readonly #limits: ExtractionLimits;
  readonly #child: ChildProcess;
  #stderrTail = '';
  #idleTimer: NodeJS.Timeout | undefined;
  #files = 0;
  #usable = true;

  constructor(limits: ExtractionLimits) {
    this.#limits = limits;
    this.#child = fork(PROGRAM, {
      env: {},
      execArgv: ['--permission', '--allow-fs-read=*', `--max-old-space-size=${limits.heapMib}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.#stderrTail = (this.#stderrTail + bytes.toString('latin1')).slice(-STDERR_TAIL_CHARS);
    });
    this.#child.on('error', () => this.kill());
    this.#child.on('exit', () => this.kill());
  }

  /** Whether the process can read another file. */
  get isUsable(): boolean {
    return this.#usable;
  }

  /** Number of files read. */
  get files(): number {
    return this.#files;
  }

  /** Marks the process as idle: it does not keep the parent alive, and ends after `idleMs`. */
  startIdling(idleMs: number, ended: () => void): void {
    for (const handle of this.#handles()) handle?.unref();
    this.#idleTimer = setTimeout(() => {
      ended();
      this.kill();
    }, idleMs).unref();
  }

  stopIdling(): void {
    clearTimeout(this.#idleTimer);
    for (const handle of this.#handles()) handle?.ref();
  }

  /** Handles that keep the parent alive. */
  #handles() {
    const { stderr, channel } = this.#child;
    return [this.#child, channel, stderr instanceof Socket ? stderr : undefined];
  }

  kill(): void {
    this.#usable = false;
    clearTimeout(this.#idleTimer);
    this.#child.kill('SIGKILL');
  }

  /**
   * Throws `ExtractionError` and the reason of the signal. Except after `unsupported_file`, the process is then killed.
   */
  async read(message: ReadMessage, signal: AbortSignal): Promise<ExtractedText> {
    signal.throwIfAborted();
    this.#files += 1;
    const { promise, resolve, reject } = Promise.withResolvers<ExtractedText>();
    const text: ExtractedText = { sections: [], warnings: [] };
    const fail = (error: unknown) => {
      this.kill();
      reject(error);
    };
    const { stop: stopGuards, extend } = this.#guard(fail);
    const receive = (event: FromReader) => {
      if (event.type === 'scanning') extend();
      else if (event.type === 'text') for (const piece of event.pieces) append(text.sections, piece);
      else if (event.type === 'warning') text.warnings.push(event.message);
      else if (event.type === 'done') resolve(text);
      // Unsupported types are detected before a library reads the file: the process stays usable.
      else (event.code === 'unsupported_file' ? reject : fail)(new ExtractionError(event.code, event.message));
    };
    const onExit = () => fail(this.#deathError());
    const abort = () => fail(signal.reason);
    this.#child.on('message', receive);
    this.#child.once('close', onExit);
    this.#child.once('error', onExit);
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (!this.#usable) onExit();
      else this.#child.send(message, (error) => (error === null ? undefined : onExit()));
      return await promise;
    } finally {
      stopGuards();
      this.#child.off('message', receive);
      this.#child.off('close', onExit);
      this.#child.off('error', onExit);
      signal.removeEventListener('abort', abort);
    }
  }

  /**
   * Fails the file when it exceeds the limits of time or memory, or when the process is stopped, until `stop`. `extend`
   * adds the time of one scanned page, up to the limit of pages.
   */
  #guard(fail: (error: ExtractionError) => void): { stop(): void; extend(): void } {
    const { wallMs, scannedPageMs, scannedPages, residentBytes: maxBytes } = this.#limits;
    const startedAt = performance.now();
    let allowedMs = wallMs;
    const expire = () => {
      fail(new ExtractionError('invalid_file', `Reading the file took longer than ${allowedMs / 1000} seconds.`));
    };
    let timer = setTimeout(expire, wallMs);
    const isStalled = this.#watchProgress();
    const check = async () => {
      const { pid } = this.#child;
      if (pid === undefined) return;
      const bytes = await residentBytes(pid);
      if (bytes !== undefined && bytes > maxBytes) fail(memoryError());
      if (await isStalled(pid)) fail(stalledError());
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
        timer = setTimeout(expire, allowedMs - (performance.now() - startedAt));
      },
    };
  }

  /** Returns a function that reports whether the process has used no processor for `stalledMs`. */
  #watchProgress(): (pid: number) => Promise<boolean> {
    let lastTicks: number | undefined;
    let progressAt = performance.now();
    return async (pid) => {
      const ticks = await cpuTicks(pid);
      if (ticks === undefined || ticks !== lastTicks) progressAt = performance.now();
      lastTicks = ticks;
      return performance.now() - progressAt > this.#limits.stalledMs;
    };
  }

  #deathError(): ExtractionError {
    if (HEAP_FULL.test(this.#stderrTail)) return memoryError();
    const { exitCode, signalCode } = this.#child;
    const how = signalCode === null ? `code ${exitCode}` : `signal ${signalCode}`;
    return new ExtractionError('server_error', `The process that read the file ended with ${how}.`);
  }
}

/** Not an error of the file, so that its job tries again. */
function stalledError(): ExtractionError {
  return new ExtractionError('server_error', 'The process that read the file gave no sign of life.');
}

function memoryError(): ExtractionError {
  return new ExtractionError('invalid_file', 'Reading the file took more memory than one file may have.');
}

function append(sections: TextSection[], { begins, text }: TextPiece): void {
  const last = sections.at(-1);
  if (begins === undefined && last !== undefined) last.text += text;
  else sections.push({ text, ...begins });
}
