/**
 * A streamed answer of an upstream: batches of events as they come, at the pace they are read (nothing is read ahead, so memory stays
 * flat). A plain JSON answer is a stream of one event. Invariant: it ends with the upstream's own end mark, with the end of the body, with
 * a Fault, or with the reason that ended its call.
 */
import type { Dispatcher } from 'undici';
import { errors } from '../../errors/catalogue.ts';
import { createSseParser } from '../../lib/sse-parser.ts';
import type { Call } from './calls.ts';
import { Fault } from './fault.ts';
import type { UpstreamOptions } from './options.ts';
import { readBody } from './read-body.ts';

/**
 * `mark`: the upstream said that its answer is over. `body`: the body is whole, as HTTP tells by a length or by chunks. `connection`: the
 * connection was closed, which a server that dies does too.
 */
export type StreamEnd = 'mark' | 'body' | 'connection';

export interface EventStream {
  /** Data of the next events, at least one; undefined after the last. */
  next(): Promise<readonly string[] | undefined>;
  /** Undefined while more may come. */
  readonly end: StreamEnd | undefined;
  /** Lets the connection serve another request where the answer ended; else breaks it, which cancels the work upstream. */
  leave(): void;
}

/** A long prompt's log probabilities come as one event. */
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const END = '[DONE]';
/** How long a body may go on after its end mark. */
const TAIL_MS = 1000;

/** Resolves when the first event is there. Throws a Fault where there is none. */
export async function openEventStream(
  { headers, body }: Dispatcher.ResponseData,
  call: Call,
  options: UpstreamOptions,
): Promise<EventStream> {
  const type = String(headers['content-type'] ?? 'none').toLowerCase();
  if (/^application\/json\b/.test(type)) return openPlainAnswer(body);
  if (!type.startsWith('text/event-stream')) {
    breakOff(body);
    const detail = `it answered with '${type.slice(0, 100)}' instead of a stream of events.`;
    throw new Fault(errors.upstreamFailed(options.name, detail), 'other-replica');
  }
  const isFramed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const stream = createEventStream(body, { call, end: isFramed ? 'body' : 'connection' });
  const first = await stream.next().catch((error: unknown) => {
    stream.leave();
    throw error;
  });
  if (first === undefined) {
    stream.leave();
    throw new Fault(errors.upstreamFailed(options.name, 'it ended its answer before it began.'), 'down');
  }
  call.expectWithin(options.idleTimeoutMs, () => {
    const detail = `its answer stood still for ${options.idleTimeoutMs} ms.`;
    return new Fault(errors.upstreamTimeout(options.name, detail), 'other-replica');
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
    leave: stream.leave,
  };
}

/** An upstream that was asked for a stream and answers at once: one event, which ends the answer. */
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
    leave: () => undefined,
  };
}

interface Source {
  call: Call;
  /** What the end of the body means. */
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
        // Bytes that complete no line are no sign of life: they could drip for ever.
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
    leave() {
      if (end !== undefined) void readToEnd(iterator, body);
      else breakOff(body);
    },
  };
}

/** Some servers leave out the empty line between two events: lines that are each an event of their own are taken apart. */
function toSeparate(event: string): readonly string[] {
  if (!event.includes('\n')) return [event];
  const lines = event.split('\n');
  return lines.every((line) => /^\s*(?:\{.*\}|\[DONE\])\s*$/.test(line)) ? lines : [event];
}

function breakOff(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined);
  body.destroy();
}

/** What follows the end mark is the end of the body: once that is read the connection can be used again. */
async function readToEnd(iterator: AsyncIterator<Uint8Array>, body: Dispatcher.ResponseData['body']): Promise<void> {
  const timer = setTimeout(() => breakOff(body), TAIL_MS);
  try {
    for (let step = await iterator.next(); step.done !== true; ) step = await iterator.next();
  } catch {
    // The answer is whole, so a broken connection no longer matters.
  }
  clearTimeout(timer);
}
