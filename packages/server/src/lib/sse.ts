/**
 * Server-sent events on a raw response: backpressure, keep-alive comments, one error event. Knows nothing of what it carries.
 * Invariant: never writes after the socket is gone and never buffers more than the socket's high-water mark.
 */
import type { ServerResponse } from 'node:http';

export interface EventStreamOptions {
  /** Silence after which a comment line is sent, in ms. */
  keepAliveMs: number;
  /** Turns an error in mid-stream into the data of a last event. */
  toErrorData(error: unknown): unknown;
}

export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
} as const;

/** Writes each event as `data: JSON`, then `data: [DONE]`; an error becomes one `data: {"error":…}` and no `[DONE]`. Ends the response. */
export async function writeEventStream(
  response: ServerResponse,
  events: AsyncIterable<unknown>,
  { keepAliveMs, toErrorData }: EventStreamOptions,
): Promise<void> {
  let wroteSinceTick = false;
  const keepAlive = setInterval(() => {
    if (!wroteSinceTick && !response.destroyed && !response.writableNeedDrain) response.write(': keep-alive\n\n');
    wroteSinceTick = false;
  }, keepAliveMs);
  try {
    for await (const event of events) {
      if (response.destroyed) return;
      wroteSinceTick = true;
      if (!response.write(`data: ${JSON.stringify(event)}\n\n`)) await drained(response);
    }
    if (!response.destroyed) response.write('data: [DONE]\n\n');
  } catch (error) {
    if (!response.destroyed) response.write(`data: ${JSON.stringify(toErrorData(error))}\n\n`);
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
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
