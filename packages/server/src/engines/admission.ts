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

export interface Admission {
  /**
   * Waits for a slot and resolves with the function that gives it back (calling it twice is harmless).
   * Throws `engine_overloaded` when the line is full, and the signal's reason when it aborts first.
   */
  enter(options: GenerateOptions): Promise<() => void>;
  /** Callers in the line. */
  readonly waiting: number;
  /** Callers that hold a slot. */
  readonly busy: number;
  /** Fails everybody who waits, and everybody who comes later, with what `reason` makes. */
  close(reason: () => Error): void;
}

interface Waiter {
  admit: () => void;
  refuse: (error: unknown) => void;
}

const MAX_WAITING = 256;
const ORDER: readonly Priority[] = ['online', 'batch'];

export function createAdmission({ slots, maxWaiting = MAX_WAITING }: AdmissionOptions): Admission {
  const lines: Record<Priority, Set<Waiter>> = { online: new Set(), batch: new Set() };
  let busy = 0;
  let closed: (() => Error) | undefined;
  const waiting = () => lines.online.size + lines.batch.size;

  function admitNext(): void {
    for (const priority of ORDER) {
      const [first] = lines[priority];
      if (first === undefined) continue;
      lines[priority].delete(first);
      first.admit();
      return;
    }
  }

  function takeSlot(): () => void {
    busy += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      busy -= 1;
      admitNext();
    };
  }

  return {
    get waiting() {
      return waiting();
    },
    get busy() {
      return busy;
    },
    async enter({ signal, priority }) {
      signal.throwIfAborted();
      if (closed !== undefined) throw closed();
      if (busy < slots) return takeSlot();
      if (waiting() >= maxWaiting) throw errors.engineOverloaded(waiting());
      return await new Promise<() => void>((resolve, reject) => {
        const leave = () => {
          lines[priority].delete(waiter);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          admit: () => {
            signal.removeEventListener('abort', leave);
            resolve(takeSlot());
          },
          refuse: (error) => {
            signal.removeEventListener('abort', leave);
            reject(error);
          },
        };
        lines[priority].add(waiter);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
    close(reason) {
      closed = reason;
      for (const priority of ORDER) {
        for (const waiter of lines[priority]) waiter.refuse(reason());
        lines[priority].clear();
      }
    },
  };
}
