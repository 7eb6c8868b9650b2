/**
 * Server-sent events on a raw response: backpressure, keep-alive comments, one error event. Knows nothing of what it carries.
 * Events that are there at the same moment leave in one write. Invariant: never writes after the socket is gone and never buffers more
 * than the socket's high-water mark.
 */
import type { ServerResponse } from 'node:http';
import { toJson } from './json.ts';

export interface EventStreamOptions {
  /** Silence after which a comment line is sent, in ms. */
  keepAliveMs: number;
  /** Turns an error in mid-stream into the data of a last event. */
  toErrorData(error: unknown): unknown;
  /** Each event is `{ event, data }` and written under its name; so are the error and the end. Default: data alone. */
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
    // Nobody reads the error of a client that has left, nor is its leaving one.
    if (response.destroyed) return;
    const data = toErrorData(error);
    out.write(frame(named ? { event: 'error', data } : data));
  } finally {
    clearInterval(keepAlive);
    out.flush();
    response.end();
  }
}

/** A write costs as much as several events; this much is not gathered, so that a slow reader is noticed in time. */
const MAX_GATHERED_CHARACTERS = 16 * 1024;

interface GatheredWrites {
  /** False = the socket wants no more for now. */
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
      // Runs when everything that is there now has been handled, before anything new is waited for.
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

/** Resolves when the socket takes more bytes, or is gone. */
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
