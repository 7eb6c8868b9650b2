/**
 * Writes one stream in groups: events pushed within 50 ms share one transaction, and consecutive deltas become one
 * event. Invariants: the order is kept; events pushed before `flush` or `end` are written when these resolve; a fast
 * writer waits for the database.
 */
import { createDelayedFlush } from '../lib/delayed-flush.ts';
import type { NewEvent } from '../storage/repositories/events.ts';

const DELAY_MS = 50;
const MAX_PENDING_EVENTS = 256;

/** Returns the combined event, or undefined to keep both. */
export type Merge = (earlier: NewEvent, later: NewEvent) => NewEvent | undefined;

export interface EventWriter {
  /**
   * Resolves at once unless MAX_PENDING_EVENTS wait; then it waits for a write and rejects with the error of the
   * database.
   */
  push(event: NewEvent): Promise<void>;
  /** Writes pending events. Rejects with the error of the database; unwritten events are kept for the next try. */
  flush(): Promise<void>;
  /** Writes pending events and `last`, and ends the stream. */
  end(...last: NewEvent[]): Promise<void>;
}

export interface EventWriterOptions {
  append(events: readonly NewEvent[], options: { end: boolean }): Promise<unknown>;
  merge?: Merge | undefined;
  /** Maximum wait of an event in memory, in milliseconds. Default 50. */
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
      if (pending.length >= MAX_PENDING_EVENTS) await delayed.flush();
    },
    flush: delayed.flush,
    async end(...last) {
      for (const event of last) add(event);
      ending = true;
      await delayed.flush();
    },
  };
}
