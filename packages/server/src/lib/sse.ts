/**
 * Writes server-sent events of any content to a raw response, with backpressure, keep-alive comments and an error
 * event. Events that are available together share one write. Invariants: nothing is written after the socket is closed;
 * no more is buffered than the high-water mark of the socket.
 */
import type { ServerResponse } from 'node:http';
import { toJson } from './json.ts';

export interface EventStreamOptions {
  /** Interval without events after which a comment line is sent, in milliseconds. */
  keepAliveMs: number;
  /** Converts an error in mid-stream to the data of a last event. */
  toErrorData(error: unknown): unknown;
  /** Default `data`. */
  framing?: EventFraming;
}

/**
 * How events are written: `data` = without a name; `named` = `{ event, data }` objects under their names; `typed` =
 * objects under the name in their `type`. The last two name an error `error`.
 */
export type EventFraming = 'data' | 'named' | 'typed';

interface Framing {
  frame(event: unknown): string;
  frameError(data: unknown): string;
  /** Text after the last event. */
  end: string;
}

const FRAMINGS: Readonly<Record<EventFraming, Framing>> = {
  data: { frame: dataFrame, frameError: dataFrame, end: 'data: [DONE]\n\n' },
  named: { frame: namedFrame, frameError: errorFrame, end: 'event: done\ndata: [DONE]\n\n' },
  typed: { frame: typedFrame, frameError: errorFrame, end: '' },
};

export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/**
 * Writes each event, then the end of the framing; an error becomes the last event, without the end. Ends the response.
 */
export async function writeEventStream(
  response: ServerResponse,
  events: AsyncIterable<unknown>,
  { keepAliveMs, toErrorData, framing = 'data' }: EventStreamOptions,
): Promise<void> {
  const { frame, frameError, end } = FRAMINGS[framing];
  const out = createGatheredWrites(response);
  let wroteSinceTick = false;
  const keepAlive = setInterval(() => {
    if (!wroteSinceTick && !response.destroyed && !response.writableNeedDrain) response.write(': keep-alive\n\n');
    wroteSinceTick = false;
  }, keepAliveMs);
  try {
    for await (const event of events) {
      if (response.destroyed) return;
      wroteSinceTick = true;
      if (!out.write(frame(event))) await drained(response);
    }
    if (end !== '') out.write(end);
  } catch (error) {
    // The client has disconnected, which is not an error.
    if (response.destroyed) return;
    out.write(frameError(toErrorData(error)));
  } finally {
    clearInterval(keepAlive);
    out.flush();
    response.end();
  }
}

/**
 * Events are gathered because a write costs as much as several events. More text is written at once, so that
 * backpressure shows in time.
 */
const MAX_GATHERED_CHARACTERS = 16 * 1024;

interface GatheredWrites {
  /** False when the caller should wait for the drain event. */
  write(text: string): boolean;
  flush(): void;
}

function createGatheredWrites(response: ServerResponse): GatheredWrites {
  let gathered = '';
  const flush = () => {
    const text = gathered;
    gathered = '';
    if (text !== '' && !response.destroyed) response.write(text);
  };
  return {
    write(text) {
      // Runs after the events that are available now, before the process waits for new ones.
      if (gathered === '') process.nextTick(flush);
      gathered += text;
      if (gathered.length >= MAX_GATHERED_CHARACTERS) flush();
      return !response.writableNeedDrain;
    },
    flush,
  };
}

function dataFrame(event: unknown): string {
  return `data: ${toJson(event)}\n\n`;
}

function namedFrame(event: unknown): string {
  const { event: name, data } = event as { event: string; data: unknown };
  return `event: ${name}\n${dataFrame(data)}`;
}

function typedFrame(event: unknown): string {
  return namedFrame({ event: (event as { type: string }).type, data: event });
}

function errorFrame(data: unknown): string {
  return namedFrame({ event: 'error', data });
}

/** Resolves when the socket accepts more bytes or is closed. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.once('drain', settle);
    response.once('close', settle);
  });
}
