/**
 * A streamed answer of an upstream: batches of events in order of arrival, read only on demand so that memory stays
 * flat. A plain JSON answer is a stream of one event. Invariant: the stream ends with the upstream's end mark, with the
 * end of the body, with an UpstreamError, or with the abort reason of its call.
 */
import type { Dispatcher } from 'undici';
import { errors } from '../../errors/catalogue.ts';
import { createSseParser } from '../../lib/sse-parser.ts';
import type { Call } from './calls.ts';
import type { UpstreamOptions } from './options.ts';
import { readBody } from './read-body.ts';
import { UpstreamError } from './upstream-error.ts';

/**
 * `mark`: the upstream sent its end mark. `body`: the body is complete by its content length or chunks. `connection`:
 * the connection was closed, which also happens when the server dies.
 */
export type StreamEnd = 'mark' | 'body' | 'connection';

export interface EventStream {
  /** Data of the next events, at least one; undefined after the last event. */
  next(): Promise<readonly string[] | undefined>;
  /** Undefined while more events may follow. */
  readonly end: StreamEnd | undefined;
  /**
   * Frees the connection for another request after a complete answer; otherwise breaks it, which cancels the work
   * upstream.
   */
  close(): void;
}

/** The log probabilities of a long prompt arrive as one event. */
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const END = '[DONE]';
/** Maximum time of the body after the end mark. */
const MAX_TAIL_MS = 1000;

/** Resolves when the first event has arrived. Throws an UpstreamError if the answer has no event. */
export async function openEventStream(
  { headers, body }: Dispatcher.ResponseData,
  call: Call,
  options: UpstreamOptions,
): Promise<EventStream> {
  const type = String(headers['content-type'] ?? 'none').toLowerCase();
  if (/^application\/json\b/.test(type)) return openPlainAnswer(body);
  if (!type.startsWith('text/event-stream')) {
    destroyBody(body);
    const detail = `it answered with '${type.slice(0, 100)}' instead of a stream of events.`;
    throw new UpstreamError(errors.upstreamFailed(options.name, detail), 'other-replica');
  }
  const isFramed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const stream = createEventStream(body, { call, end: isFramed ? 'body' : 'connection' });
  const first = await stream.next().catch((error: unknown) => {
    stream.close();
    throw error;
  });
  if (first === undefined) {
    stream.close();
    throw new UpstreamError(errors.upstreamFailed(options.name, 'it ended its answer before it began.'), 'down');
  }
  call.expectWithin(options.idleTimeoutMs, () => {
    const detail = `its answer stood still for ${options.idleTimeoutMs} ms.`;
    return new UpstreamError(errors.upstreamTimeout(options.name, detail), 'other-replica');
  });
  let unread: readonly string[] | undefined = first;
  return {
    async next() {
      if (unread === undefined) return stream.next();
      const batch = unread;
      unread = undefined;
      return batch;
    },
    get end() {
      return unread === undefined ? stream.end : undefined;
    },
    close: stream.close,
  };
}

/** A plain response to a request for a stream: one event that ends the answer. */
async function openPlainAnswer(body: Dispatcher.ResponseData['body']): Promise<EventStream> {
  let unread: string | undefined = await readBody(body, MAX_ANSWER_BYTES);
  return {
    async next() {
      const batch = unread === undefined ? undefined : [unread];
      unread = undefined;
      return batch;
    },
    get end() {
      return unread === undefined ? ('mark' as const) : undefined;
    },
    close: () => undefined,
  };
}

interface Source {
  call: Call;
  /** Meaning of the end of the body. */
  end: StreamEnd;
}

function createEventStream(body: Dispatcher.ResponseData['body'], { call, end: atEnd }: Source): EventStream {
  const parser = createSseParser(MAX_EVENT_CHARACTERS);
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let end: StreamEnd | undefined;
  return {
    async next() {
      if (end === undefined) call.alive();
      while (end === undefined) {
        const step = await iterator.next();
        const before = parser.lines;
        const events = (step.done === true ? parser.end() : parser.push(step.value)).flatMap(toSeparate);
        // Bytes that complete no line do not restart the timeout: a server could drip them for ever.
        if (parser.lines > before) call.alive();
        const mark = events.findIndex((event) => event.trim() === END);
        if (mark >= 0) events.length = mark;
        if (mark >= 0 || step.done === true) end = mark >= 0 ? 'mark' : atEnd;
        if (events.length > 0) {
          call.pause();
          return events;
        }
      }
      return undefined;
    },
    get end() {
      return end;
    },
    close() {
      if (end !== undefined) void readToEnd(iterator, body);
      else destroyBody(body);
    },
  };
}

/** Some servers omit the empty line between two events: splits lines that are each an event. */
function toSeparate(event: string): readonly string[] {
  if (!event.includes('\n')) return [event];
  const lines = event.split('\n');
  return lines.every((line) => /^\s*(?:\{.*\}|\[DONE\])\s*$/.test(line)) ? lines : [event];
}

function destroyBody(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined);
  body.destroy();
}

/** Reads from the end mark to the end of the body, after which the connection can be used again. */
async function readToEnd(iterator: AsyncIterator<Uint8Array>, body: Dispatcher.ResponseData['body']): Promise<void> {
  const timer = setTimeout(() => destroyBody(body), MAX_TAIL_MS);
  try {
    for (let step = await iterator.next(); step.done !== true; ) step = await iterator.next();
  } catch {
    // The answer is complete, so a broken connection no longer matters.
  }
  clearTimeout(timer);
}
