/**
 * The processes that read files: a few, started when needed, kept for the next file, ended when nobody comes. Invariants: a process reads
 * one file at a time; one that failed, other than by naming a type that is not read, is never used again.
 */
import { availableParallelism } from 'node:os';
import type { ExtractionLimits } from './limits.ts';
import { Reader } from './reader.ts';

const IDLE_MS = 5000;
/** What a library leaves behind in a process goes with it after so many files. */
const MOST_FILES = 200;

/** Half of the cores, so that an import of many files leaves room for the engines; at least two: a slow file must not hold up all. */
const MOST_PROCESSES = Math.max(2, Math.floor(availableParallelism() / 2));

export class ReaderPool {
  readonly #limits: ExtractionLimits;
  readonly #idle: Reader[] = [];
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(limits: ExtractionLimits) {
    this.#limits = limits;
  }

  /** Waits for a turn, first come, first served. Rejects with the signal's reason. Every reader must be given back. */
  async take(signal: AbortSignal): Promise<Reader> {
    signal.throwIfAborted();
    if (this.#taken < MOST_PROCESSES) this.#taken += 1;
    else await this.#turn(signal);
    try {
      return this.#reader();
    } catch (error) {
      this.#endTurn();
      throw error;
    }
  }

  giveBack(reader: Reader): void {
    if (reader.isSound && reader.files < MOST_FILES) {
      this.#idle.push(reader);
      reader.rest(IDLE_MS, () => this.#idle.splice(this.#idle.indexOf(reader), 1));
    } else {
      reader.end();
    }
    this.#endTurn();
  }

  #reader(): Reader {
    for (let reader = this.#idle.pop(); reader !== undefined; reader = this.#idle.pop()) {
      reader.wake();
      // It may have been killed from outside while it rested.
      if (reader.isSound) return reader;
    }
    return new Reader(this.#limits);
  }

  #endTurn(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#taken -= 1;
    else next();
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(go);
        reject(signal.reason);
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
