/**
 * Who may use an engine now: a fixed number of slots and one bounded waiting line, online before batch, first come first served inside.
 * Invariant: a slot is held by exactly one caller, and a caller that aborts while waiting leaves the line at once.
 */
import { errors } from '../errors/catalogue.ts';
import type { GenerateOptions, Priority } from './language-model.ts';

export interface AdmissionOptions {
  slots: number;
  /** Most callers that may wait. Default 256. */
  maxWaiting?: number;
}

interface Waiter {
  admit: () => void;
  refuse: (error: unknown) => void;
}

const MAX_WAITING = 256;
const ORDER: readonly Priority[] = ['online', 'batch'];

export class Admission {
  readonly #slots: number;
  readonly #maxWaiting: number;
  readonly #lines: Record<Priority, Set<Waiter>> = { online: new Set(), batch: new Set() };
  #busy = 0;
  #closed: (() => Error) | undefined;

  constructor({ slots, maxWaiting = MAX_WAITING }: AdmissionOptions) {
    this.#slots = slots;
    this.#maxWaiting = maxWaiting;
  }

  /** Callers in the line. */
  get waiting(): number {
    return this.#lines.online.size + this.#lines.batch.size;
  }

  /** Callers that hold a slot. */
  get busy(): number {
    return this.#busy;
  }

  /** Whether whoever enters now waits. */
  get full(): boolean {
    return this.#busy >= this.#slots;
  }

  /**
   * Waits for a slot and resolves with the function that gives it back (calling it twice is harmless).
   * Throws `engine_overloaded` when the line is full, and the signal's reason when it aborts first.
   */
  async enter({ signal, priority }: GenerateOptions): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed();
    if (!this.full) return this.#takeSlot();
    if (this.waiting >= this.#maxWaiting) throw errors.engineOverloaded(this.waiting);
    return await this.#queue(signal, this.#lines[priority]);
  }

  /** Fails everybody who waits, and everybody who comes later, with what `reason` makes. */
  close(reason: () => Error): void {
    this.#closed = reason;
    for (const priority of ORDER) {
      for (const waiter of this.#lines[priority]) waiter.refuse(reason());
      this.#lines[priority].clear();
    }
  }

  #queue(signal: AbortSignal, line: Set<Waiter>): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        admit: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.#takeSlot());
        },
        refuse: (error) => {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      };
      line.add(waiter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #takeSlot(): () => void {
    this.#busy += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#busy -= 1;
      this.#admitNext();
    };
  }

  #admitNext(): void {
    for (const priority of ORDER) {
      const [first] = this.#lines[priority];
      if (first === undefined) continue;
      this.#lines[priority].delete(first);
      first.admit();
      return;
    }
  }
}
