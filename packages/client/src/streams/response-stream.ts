/** A streamed response with its accumulated result, and the events of the official client's helper. */
import { SelfsameError } from '../core/errors.ts';
import type { CallOptions } from '../core/operation-data.ts';
import { addOutputText } from '../core/output-text.ts';
import { Stream } from '../core/stream.ts';
import type { ResponseWithText } from '../core/types.ts';
import { type BaseEvents, EventStream } from './event-stream.ts';
import { addResponseEvent, argumentsAt, partAt, type ResponseEvent } from './response-snapshot.ts';

type Type = ResponseEvent['type'];

/** Deltas of texts and arguments also have the text so far. */
type WithSnapshot<Name extends Type> = Name extends
  | 'response.output_text.delta'
  | 'response.function_call_arguments.delta'
  ? Extract<ResponseEvent, { type: Name }> & { snapshot: string }
  : Extract<ResponseEvent, { type: Name }>;

export type ResponseStreamEvents = BaseEvents & {
  /** Every event as it arrives. */
  event: [event: ResponseEvent];
} & { [Name in Exclude<Type, 'error'>]: [event: WithSnapshot<Name>] };

type CreateStream = (options: CallOptions) => PromiseLike<Stream<ResponseEvent>>;

export interface ResponseStreamOptions extends CallOptions {
  /** Emits only events with a higher `sequence_number`. */
  startingAfter?: number;
}

export class ResponseStream extends EventStream<ResponseEvent, ResponseStreamEvents> {
  #snapshot: ResponseWithText | undefined;
  #hasEnded = false;

  private constructor() {
    super();
  }

  /** Sends a request as soon as the current task ends. */
  static create(create: CreateStream, { startingAfter, ...options }: ResponseStreamOptions = {}): ResponseStream {
    const made = new ResponseStream();
    const read = async () => made.#read(await create({ ...options, signal: made.controller.signal }), startingAfter);
    made.start(
      () => made.withSignal(options.signal, read),
      () => undefined,
    );
    return made;
  }

  /** Reads the lines that `toReadableStream()` wrote in another process. */
  static fromReadableStream(readable: ReadableStream<Uint8Array>): ResponseStream {
    const made = new ResponseStream();
    const read = () => made.#read(Stream.fromReadableStream<ResponseEvent>(readable), undefined);
    made.start(
      () => made.withSignal(undefined, read),
      () => undefined,
    );
    return made;
  }

  /** The response so far. */
  get currentResponseSnapshot(): ResponseWithText | undefined {
    return this.#snapshot;
  }

  async finalResponse(): Promise<ResponseWithText> {
    await this.done();
    if (this.#snapshot === undefined || !this.#hasEnded)
      throw new SelfsameError('the stream ended before the response');
    return this.#snapshot;
  }

  /** The events. */
  [Symbol.asyncIterator](): AsyncIterator<ResponseEvent> {
    return this.iterate('event');
  }

  async #read(stream: Stream<ResponseEvent>, startingAfter: number | undefined): Promise<void> {
    this.emit('connect');
    for await (const event of stream) this.#add(event, startingAfter);
    if (this.controller.signal.aborted) return;
    if (this.#snapshot === undefined) throw new SelfsameError('the stream ended without an event');
    addOutputText(this.#snapshot);
    this.#hasEnded = true;
  }

  #add(event: ResponseEvent, startingAfter: number | undefined): void {
    const snapshot = addResponseEvent(this.#snapshot as Parameters<typeof addResponseEvent>[0], event);
    this.#snapshot = snapshot as ResponseWithText;
    const number = 'sequence_number' in event ? event.sequence_number : undefined;
    if (startingAfter !== undefined && number !== undefined && number <= startingAfter) return;
    this.emit('event', event);
    if (event.type === 'response.output_text.delta') {
      const { text } = partAt(snapshot, event.output_index, 'content', event.content_index);
      this.#emitTyped(event, { snapshot: text });
    } else if (event.type === 'response.function_call_arguments.delta') {
      this.#emitTyped(event, { snapshot: argumentsAt(snapshot, event.output_index) });
    } else {
      this.#emitTyped(event);
    }
  }

  #emitTyped(event: ResponseEvent, more: object = {}): void {
    if (event.type === 'error') return;
    this.emit(event.type, ...([{ ...event, ...more }] as unknown as ResponseStreamEvents[typeof event.type]));
  }
}
