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
  /** Events are `{ event, data }` and written with their name, as are the error and the end. Default: data only. */
  named?: boolean;
}

export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** Writes each event, then the end, `[DONE]`; an error becomes one last event and no `[DONE]`. Ends the response. */
export async function writeEventStream(
  response: ServerResponse,
  events: AsyncIterable<unknown>,
  { keepAliveMs, toErrorData, named = false }: EventStreamOptions,
): Promise<void> {
  const frame = named ? namedFrame : dataFrame;
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
    out.write(named ? 'event: done\ndata: [DONE]\n\n' : 'data: [DONE]\n\n');
  } catch (error) {
    // The client has disconnected, which is not an error.
    if (response.destroyed) return;
    const data = toErrorData(error);
    out.write(frame(named ? { event: 'error', data } : data));
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
