/**
 * The events of a streamed response. Leaving a loop early, or `controller.abort()`, releases the connection.
 * Invariant: a stream is read once; `tee()` splits it.
 */
import { createParser } from 'eventsource-parser';
import { APIConnectionError, APIError, type ErrorBody, SelfsameError } from './errors.ts';
import type { HeaderFields, ResponseBody } from './transport.ts';

export interface StreamSource {
  body: ResponseBody;
  headers: HeaderFields;
  /** Aborts the request. */
  controller: AbortController;
  /** Whether events are `{ event, data }` objects. */
  named: boolean;
  /** Called for each event before it is delivered; throws for one outside the contract. */
  check?: ((event: unknown) => void) | undefined;
  /** Called once, when the stream has ended or was left. */
  onEnd?: (() => void) | undefined;
}

export class Stream<Event> implements AsyncIterable<Event> {
  readonly controller: AbortController;
  readonly #open: () => AsyncIterator<Event>;
  #isRead = false;

  constructor(open: () => AsyncIterator<Event>, controller: AbortController) {
    this.#open = open;
    this.controller = controller;
  }

  /** @throws SelfsameError if the stream is read twice. */
  [Symbol.asyncIterator](): AsyncIterator<Event> {
    if (this.#isRead)
      throw new SelfsameError('the stream has been read already; split it with `tee()` to read it twice');
    this.#isRead = true;
    return this.#open();
  }

  /** Ends the stream without an error. */
  abort(): void {
    this.controller.abort();
  }

  /** Two streams of the same events, which can be read at different speeds. Events that only one has read are kept. */
  tee(): [Stream<Event>, Stream<Event>] {
    const source = this[Symbol.asyncIterator]();
    const queues: Promise<IteratorResult<Event>>[][] = [[], []];
    const branch = (own: number): Stream<Event> =>
      new Stream(() => {
        const next = (): Promise<IteratorResult<Event>> => {
          const waiting = queues[own]?.shift();
          if (waiting !== undefined) return waiting;
          const result = source.next();
          queues[1 - own]?.push(result);
          return result;
        };
        return { next };
      }, this.controller);
    return [branch(0), branch(1)];
  }

  /** A line of JSON per event, for another process; `Stream.fromReadableStream` reads it. */
  toReadableStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const events = this[Symbol.asyncIterator]();
    const encoder = new TextEncoder();
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        const { value, done } = await events.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      },
      async cancel() {
        await events.return?.();
      },
    });
  }

  /** Reads the lines of `toReadableStream()`. */
  static fromReadableStream<Event>(readable: ReadableStream<Uint8Array>): Stream<Event> {
    const controller = new AbortController();
    return new Stream(() => readLines<Event>(readable, controller.signal), controller);
  }
}

async function* readLines<Event>(readable: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of readable) {
    if (signal.aborted) return;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as Event;
  }
  if (rest !== '') yield JSON.parse(rest) as Event;
}

interface RawEvent {
  event: string | undefined;
  data: string;
}

/** Parses server-sent events until `[DONE]` or the end of the body. */
export async function* readEvents<Event>(source: StreamSource): AsyncGenerator<Event> {
  const { body, controller, onEnd } = source;
  const bytes = body[Symbol.asyncIterator]();
  let isComplete = false;
  try {
    for await (const events of readRawEvents(bytes)) {
      for (const { event, data } of events) {
        if (controller.signal.aborted) return;
        if (data === '[DONE]') {
          isComplete = true;
          return;
        }
        yield toEvent(event, data, source) as Event;
      }
    }
    isComplete = true;
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    if (isComplete) void release(bytes, body);
    else controller.abort();
    if (!isComplete) await body.cancel();
    onEnd?.();
  }
}

/** The events of each piece of the body. */
async function* readRawEvents(bytes: AsyncIterator<Uint8Array>): AsyncGenerator<RawEvent[]> {
  let waiting: RawEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (data !== '') waiting.push({ event, data });
    },
  });
  const decoder = new TextDecoder();
  for (;;) {
    const { value, done } = await bytes.next();
    // An event may end with the body instead of an empty line.
    parser.feed(done === true ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }));
    if (waiting.length > 0) yield waiting;
    if (done === true) return;
    waiting = [];
  }
}

/** The connection can be used again if the body ends right after its last event. */
async function release(bytes: AsyncIterator<Uint8Array>, body: ResponseBody): Promise<void> {
  try {
    const { done } = await bytes.next();
    if (done !== true) await body.cancel();
  } catch {
    // All events have been delivered: the connection is of no further use.
  }
}

function toEvent(name: string | undefined, text: string, { headers, named, check }: StreamSource): unknown {
  const data = parseEvent(text);
  if (name === 'error' || hasError(data)) {
    const error = (hasError(data) ? data.error : data) as ErrorBody | string;
    throw new APIError({
      status: undefined,
      headers,
      error: typeof error === 'string' ? { message: error } : error,
    });
  }
  const event = named ? { event: name, data } : data;
  check?.(event);
  return event;
}

function parseEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new APIConnectionError('the stream contains an event that is not JSON', { cause });
  }
}

function hasError(data: unknown): data is { error: unknown } {
  return typeof data === 'object' && data !== null && 'error' in data && Boolean(data.error);
}
