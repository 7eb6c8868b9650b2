/**
 * Door: writing to and tailing streams of events. Invariants: a tail yields every event once, in order, from where it was asked to begin; a
 * slow reader holds one slice in memory, however far it lags; nothing is kept for a reader who has left.
 */
import { type EventRecord, streamTopic } from '../storage/repositories/events.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { createEventWriter, type EventWriter, type Merge } from './event-writer.ts';

/** Events that a tail holds in memory. */
const SLICE = 64;
/** Where no wake reaches: the longest a tail does not see what is there. */
const POLL_MS = 2000;

export interface TailOptions {
  /** The number of the last event that the reader has; -1 (default): from the beginning. */
  afterSeq?: number;
  /** Ends the tail with its reason. */
  signal: AbortSignal;
}

export interface EventLog {
  /**
   * What is there, then what comes, until the stream's end. Ends at once where there is no such stream, or no more: a stream is made in the
   * transaction of the record that it belongs to. Rejects with the signal's reason, or with the database's error.
   */
  tail(projectId: string, streamId: string, options: TailOptions): AsyncGenerator<EventRecord>;
  /** For one writer per stream. `merge` puts two events that follow each other into one. */
  write(projectId: string, streamId: string, merge?: Merge): EventWriter;
}

export function createEventLog(repositories: Pick<Repositories, 'forProject' | 'signals'>): EventLog {
  async function* tail(projectId: string, streamId: string, { afterSeq = -1, signal }: TailOptions) {
    const { events } = repositories.forProject(projectId);
    const bell = createBell(signal);
    const leave = repositories.signals.subscribe(streamTopic(projectId, streamId), bell.ring);
    let last = afterSeq;
    try {
      for (;;) {
        signal.throwIfAborted();
        bell.reset();
        const slice = await events.list(streamId, { afterSeq: last, limit: SLICE });
        for (const event of slice?.events ?? []) {
          yield event;
          last = event.seq;
        }
        if (slice?.events.length === SLICE) continue;
        if (slice === undefined || slice.ended) return;
        await bell.heard();
      }
    } finally {
      leave();
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

/** Waits for a ring since the last reset, an abort, or a while. */
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
