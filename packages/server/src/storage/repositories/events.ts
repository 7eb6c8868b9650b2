/**
 * Door: the durable event log. A stream is a list of events numbered 0, 1, 2, … without gaps, in the order of their commits. Invariants: an
 * event that was seen is never changed or renumbered; after the end of a stream nothing is added to it.
 */

export interface NewEvent {
  /** E.g. `response.output_text.delta`. */
  type: string;
  /** Anything that JSON can hold. */
  data: unknown;
}

export interface EventRecord extends NewEvent {
  seq: number;
  /** By the database's clock. */
  createdAt: number;
}

/** Nothing can be added any more. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
}

export interface EventSlice {
  /** In order. */
  events: EventRecord[];
  /** Whether the stream has ended; there may be more events than this slice holds. */
  ended: boolean;
}

/** Streams of one project. */
export interface EventRepository {
  /**
   * Adds to the stream's end, making the stream with its first event; answers the number of the first. Within a transaction the numbers are
   * taken when it commits: others who add to the stream wait for it. `end`: these are its last. Throws StreamEnded.
   */
  append(streamId: string, events: readonly NewEvent[], options?: { end?: boolean }): Promise<number>;
  /** At most `limit` events with a number above `afterSeq` (-1: from the beginning). Undefined: there is no such stream, or no more. */
  list(streamId: string, page: { afterSeq: number; limit: number }): Promise<EventSlice | undefined>;
}

export interface SystemEventRepository {
  /** Forgets streams that ended before `endedMs` ago, or got nothing for `idleMs`; at most `limit` of them. Answers how many. */
  sweep(ages: { endedMs: number; idleMs: number; limit: number }): Promise<number>;
}

/** The topic of `Signals` for one stream. */
export function streamTopic(projectId: string, streamId: string): string {
  return `events:${projectId}:${streamId}`;
}
