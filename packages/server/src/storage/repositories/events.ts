/**
 * Door: the durable event log. A stream is a list of events numbered 0, 1, 2, … without gaps, in the order of their
 * commits. Invariants: a committed event is never changed or renumbered; a stream that has ended accepts no event.
 */

export interface NewEvent {
  /** E.g. `response.output_text.delta`. */
  type: string;
  /** A JSON value. */
  data: unknown;
}

export interface EventRecord extends NewEvent {
  seq: number;
  /** By the clock of the database. */
  createdAt: number;
}

/** The stream has ended. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
}

export interface EventSlice {
  /** In order. */
  events: EventRecord[];
  /** Whether the stream has ended. More events may follow this slice. */
  ended: boolean;
}

/** Streams of one project. */
export interface EventRepository {
  /**
   * Appends events and returns the number of the first one. Creates the stream if needed. Other writers of the stream
   * wait until the transaction ends, so that numbers follow commits. `end` ends the stream after these events. Throws
   * StreamEnded.
   */
  append(streamId: string, events: readonly NewEvent[], options?: { end?: boolean }): Promise<number>;
  /**
   * At most `limit` events with a number above `afterSeq` (-1: all). Undefined when the stream does not exist or was
   * deleted.
   */
  list(streamId: string, page: { afterSeq: number; limit: number }): Promise<EventSlice | undefined>;
  /** Deletes the stream with its events; its readers end. Nothing happens when there is none. */
  delete(streamId: string): Promise<void>;
}

export interface SystemEventRepository {
  /**
   * Deletes at most `limit` streams that ended more than `endedMs` ago or got no event for `idleMs`. Returns their
   * number.
   */
  sweep(ages: { endedMs: number; idleMs: number; limit: number }): Promise<number>;
}

/** The topic of `Signals` for one stream. */
export function streamTopic(projectId: string, streamId: string): string {
  return `events:${projectId}:${streamId}`;
}
