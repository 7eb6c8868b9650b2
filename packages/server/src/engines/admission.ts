/**
 * Admission to an engine: a fixed number of slots and one bounded queue, online before batch, first in first out within
 * a priority.
 * Invariants: a slot is held by exactly one caller; a caller that aborts is removed from the queue immediately.
 */
import { errors } from '../errors/catalogue.ts';
import type { GenerateOptions, Priority } from './language-model.ts';

export interface AdmissionOptions {
  slots: number;
  /** Maximum number of waiting callers. Default 256. */
  maxWaiting?: number;
}

interface Waiter {
  admit: () => void;
  refuse: (error: unknown) => void;
}

const DEFAULT_MAX_WAITING = 256;
const ORDER: readonly Priority[] = ['online', 'batch'];

export class Admission {
  readonly #slots: number;
  readonly #maxWaiting: number;
  readonly #queues: Record<Priority, Set<Waiter>> = { online: new Set(), batch: new Set() };
  #busy = 0;
  #closed: (() => Error) | undefined;

  constructor({ slots, maxWaiting = DEFAULT_MAX_WAITING }: AdmissionOptions) {
    this.#slots = slots;
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#queues.online.size + this.#queues.batch.size;
  }

  /** Slots in use. */
  get busy(): number {
    return this.#busy;
  }

  /** Whether the next caller has to wait. */
  get full(): boolean {
    return this.#busy >= this.#slots;
  }

  /**
   * Waits for a slot and resolves with the function that releases it, which is idempotent.
   * Throws `engine_overloaded` when the queue is full, and the signal's reason when it aborts first.
   */
  async acquire({ signal, priority }: GenerateOptions): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed();
    if (!this.full) return this.#takeSlot();
    if (this.waiting >= this.#maxWaiting) throw errors.engineOverloaded(this.waiting);
    return await this.#wait(signal, this.#queues[priority]);
  }

  /** Fails all waiting and all later callers with the error that `reason` returns. */
  close(reason: () => Error): void {
    this.#closed = reason;
    for (const priority of ORDER) {
      for (const waiter of this.#queues[priority]) waiter.refuse(reason());
      this.#queues[priority].clear();
    }
  }

  #wait(signal: AbortSignal, queue: Set<Waiter>): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        queue.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        admit: () => {
          signal.removeEventListener('abort', abort);
          resolve(this.#takeSlot());
        },
        refuse: (error) => {
          signal.removeEventListener('abort', abort);
          reject(error);
        },
      };
      queue.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
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
      const [first] = this.#queues[priority];
      if (first === undefined) continue;
      this.#queues[priority].delete(first);
      first.admit();
      return;
    }
  }
}
