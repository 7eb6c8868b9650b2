/**
 * Door: writing and tailing event streams. Invariants: a tail yields every event once, in order, from its start; a slow
 * reader keeps one slice in memory, however far it lags; nothing is kept for a reader that has stopped.
 */
import { type EventRecord, streamTopic } from '../storage/repositories/events.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { createEventWriter, type EventWriter, type Merge } from './event-writer.ts';

/** Maximum number of events that a tail keeps in memory. */
const SLICE_EVENTS = 64;
/** Maximum delay of an event in a tail if no wake arrives. */
const POLL_MS = 2000;

export interface TailOptions {
  /** Number of the last event that the reader has. Default -1: from the first event. */
  afterSeq?: number;
  /** Rejects the tail with its reason. */
  signal: AbortSignal;
}

export interface EventLog {
  /**
   * Yields existing events, then new ones, until the end of the stream. Ends at once when the stream does not exist or
   * was deleted: a stream is created in the transaction of its record. Rejects with the reason of the signal or the
   * error of the database.
   */
  tail(projectId: string, streamId: string, options: TailOptions): AsyncGenerator<EventRecord>;
  /** A stream has one writer. `merge` combines two consecutive events. */
  write(projectId: string, streamId: string, merge?: Merge): EventWriter;
}

export function createEventLog(repositories: Pick<Repositories, 'forProject' | 'signals'>): EventLog {
  async function* tail(projectId: string, streamId: string, { afterSeq = -1, signal }: TailOptions) {
    const { events } = repositories.forProject(projectId);
    const bell = createBell(signal);
    const unsubscribe = repositories.signals.subscribe(streamTopic(projectId, streamId), bell.ring);
    let last = afterSeq;
    try {
      for (;;) {
        signal.throwIfAborted();
        bell.reset();
        const slice = await events.list(streamId, { afterSeq: last, limit: SLICE_EVENTS });
        for (const event of slice?.events ?? []) {
          yield event;
          last = event.seq;
        }
        if (slice?.events.length === SLICE_EVENTS) continue;
        if (slice === undefined || slice.ended) return;
        await bell.heard();
      }
    } finally {
      unsubscribe();
      bell.remove();
    }
  }

  return {
    tail,
    write: (projectId, streamId, merge) => {
      const { events } = repositories.forProject(projectId);
      return createEventWriter({ append: (added, options) => events.append(streamId, added, options), merge });
    },
  };
}

/** `heard` waits for a ring since the last reset, for the abort, or for POLL_MS. */
function createBell(signal: AbortSignal) {
  let rung = false;
  let wake: () => void = () => undefined;
  const ring = () => {
    rung = true;
    wake();
  };
  signal.addEventListener('abort', ring);
  return {
    ring,
    reset(): void {
      rung = false;
    },
    async heard(): Promise<void> {
      if (rung || signal.aborted) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    remove: () => signal.removeEventListener('abort', ring),
  };
}
