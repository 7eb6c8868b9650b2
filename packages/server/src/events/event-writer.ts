/**
 * Writes one stream in groups: what is pushed within 50 ms is one transaction, and deltas that follow each other become one event.
 * Invariants: order is kept; what was pushed before `flush` or `end` is written when they resolve; a fast writer waits for the database.
 */
import { createDelayedFlush } from '../lib/delayed-flush.ts';
import type { NewEvent } from '../storage/repositories/events.ts';

const DELAY_MS = 50;
const MAX_PENDING = 256;

/** The two as one, or undefined where they are to stay two. */
export type Merge = (earlier: NewEvent, later: NewEvent) => NewEvent | undefined;

export interface EventWriter {
  /** Resolves at once, unless too many wait; then rejects with the database's error when they cannot be written. */
  push(event: NewEvent): Promise<void>;
  /** Writes what waits. Rejects with the database's error; what was not written is kept for the next try. */
  flush(): Promise<void>;
  /** Writes what waits and `last`, and ends the stream. */
  end(...last: NewEvent[]): Promise<void>;
}

export interface EventWriterOptions {
  append(events: readonly NewEvent[], options: { end: boolean }): Promise<unknown>;
  merge?: Merge | undefined;
  /** Longest wait of an event in memory, ms. Default 50. */
  delayMs?: number;
}

export function createEventWriter({ append, merge, delayMs = DELAY_MS }: EventWriterOptions): EventWriter {
  let pending: NewEvent[] = [];
  let ending = false;

  async function write(): Promise<void> {
    if (pending.length === 0 && !ending) return;
    const taken = pending;
    pending = [];
    try {
      await append(taken, { end: ending });
      ending = false;
    } catch (error) {
      pending = [...taken, ...pending];
      throw error;
    }
  }

  const delayed = createDelayedFlush({ delayMs, flush: write, onError: () => undefined });

  function add(event: NewEvent): void {
    const last = pending.at(-1);
    const merged = last === undefined ? undefined : merge?.(last, event);
    if (merged === undefined) pending.push(event);
    else pending[pending.length - 1] = merged;
  }

  return {
    async push(event) {
      add(event);
      delayed.schedule();
      if (pending.length >= MAX_PENDING) await delayed.flush();
    },
    flush: delayed.flush,
    async end(...last) {
      for (const event of last) add(event);
      ending = true;
      await delayed.flush();
    },
  };
}
