/**
 * A streamed answer of an upstream: batches of events as they come, at the pace they are read (nothing is read ahead, so memory stays
 * flat). Invariant: it ends with the upstream's own end mark, with a Fault, or with the reason that ended its call.
 */
import type { Dispatcher } from 'undici';
import { errors } from '../../errors/catalogue.ts';
import { createSseParser } from '../../lib/sse-parser.ts';
import type { Call } from './calls.ts';
import { Fault } from './fault.ts';
import type { UpstreamOptions } from './options.ts';

export interface EventStream {
  /** Data of the next events, at least one; undefined after the last. */
  next(): Promise<readonly string[] | undefined>;
  /** Lets the connection serve another request where the answer ended; else breaks it, which cancels the work upstream. */
  leave(): void;
}

/** A long prompt's log probabilities come as one event. */
const MOST_EVENT_CHARACTERS = 4 * 1024 * 1024;
const END = '[DONE]';
/** How long a body may go on after its end mark. */
const TAIL_MS = 1000;

/** Resolves when the first event is there. Throws a Fault where there is none. */
export async function openEventStream(
  { headers, body }: Dispatcher.ResponseData,
  call: Call,
  options: UpstreamOptions,
): Promise<EventStream> {
  const type = String(headers['content-type'] ?? 'none');
  if (!type.startsWith('text/event-stream')) {
    breakOff(body);
    const detail = `it answered with '${type.slice(0, 100)}' instead of a stream of events.`;
    throw new Fault(errors.upstreamFailed(options.name, detail), 'other-replica');
  }
  const stream = createEventStream(body, call);
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
    leave: stream.leave,
  };
}

function createEventStream(body: Dispatcher.ResponseData['body'], call: Call): EventStream {
  const parser = createSseParser(MOST_EVENT_CHARACTERS);
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let ended = false;
  return {
    async next() {
      if (!ended) call.alive();
      while (!ended) {
        const step = await iterator.next();
        const before = parser.lines;
        const events = step.done === true ? parser.end() : parser.push(step.value);
        // Bytes that complete no line are no sign of life: they could drip for ever.
        if (parser.lines > before) call.alive();
        const end = events.indexOf(END);
        ended = step.done === true || end >= 0;
        if (end >= 0) events.length = end;
        if (events.length > 0) {
          call.pause();
          return events;
        }
      }
      return undefined;
    },
    leave() {
      if (ended) void readToEnd(iterator, body);
      else breakOff(body);
    },
  };
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
    // The answer is whole: what becomes of its connection concerns nobody.
  }
  clearTimeout(timer);
}
