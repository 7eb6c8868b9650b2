/**
 * A pool of child processes that read files. Processes start on demand, are reused, and end after `IDLE_MS` without
 * work. Invariants: a process reads one file at a time; a process is never reused after a failure other than
 * `unsupported_file`.
 */
import { availableParallelism } from 'node:os';
import type { ExtractionLimits } from './limits.ts';
import { Reader } from './reader.ts';

const IDLE_MS = 5000;
/** A process ends after this many files, because libraries may leak memory. */
const MAX_FILES = 200;

/**
 * Half of the cores, to keep the others for engines during an import; at least two, so that a slow file does not block
 * all others.
 */
const MAX_PROCESSES = Math.max(2, Math.floor(availableParallelism() / 2));

export class ReaderPool {
  readonly #limits: ExtractionLimits;
  readonly #idle: Reader[] = [];
  readonly #waiting = new Set<() => void>();
  #active = 0;

  constructor(limits: ExtractionLimits) {
    this.#limits = limits;
  }

  /** Waits for a free reader in FIFO order. Rejects with the reason of the signal. Every reader must be released. */
  async acquire(signal: AbortSignal): Promise<Reader> {
    signal.throwIfAborted();
    if (this.#active < MAX_PROCESSES) this.#active += 1;
    else await this.#waitForSlot(signal);
    try {
      return this.#reader();
    } catch (error) {
      this.#releaseSlot();
      throw error;
    }
  }

  release(reader: Reader): void {
    if (reader.isUsable && reader.files < MAX_FILES) {
      this.#idle.push(reader);
      reader.startIdling(IDLE_MS, () => this.#idle.splice(this.#idle.indexOf(reader), 1));
    } else {
      reader.kill();
    }
    this.#releaseSlot();
  }

  #reader(): Reader {
    for (let reader = this.#idle.pop(); reader !== undefined; reader = this.#idle.pop()) {
      reader.stopIdling();
      // The process may have been killed while it was idle.
      if (reader.isUsable) return reader;
    }
    return new Reader(this.#limits);
  }

  #releaseSlot(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#active -= 1;
    else next();
  }

  #waitForSlot(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.#waiting.delete(go);
        reject(signal.reason);
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
