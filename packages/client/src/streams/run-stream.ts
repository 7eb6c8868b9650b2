/** A streamed run with its accumulated messages and steps, and the events of the official client's helper. */
import type * as Wire from '@selfsame/contract';
import { SelfsameError } from '../core/errors.ts';
import type { CallOptions } from '../core/operation-data.ts';
import { Stream } from '../core/stream.ts';
import { type BaseEvents, EventStream } from './event-stream.ts';
import { type Emit, MessageAccumulator, type MessageEvents } from './run-messages.ts';
import { StepAccumulator, type StepEvents } from './run-steps.ts';

export type RunEvent = Wire.AssistantStreamEvent;

export interface RunStreamEvents extends BaseEvents, MessageEvents, StepEvents {
  /** Every event as it arrives. */
  event: [event: RunEvent];
  run: [run: Wire.RunObject];
}

type CreateStream = (options: CallOptions) => PromiseLike<Stream<RunEvent>>;

/** Statuses after which the stream has nothing more to say about a run. */
const FINAL = new Set(['requires_action', 'completed', 'incomplete', 'failed', 'cancelled', 'expired']);

export class RunStream extends EventStream<RunEvent, RunStreamEvents> {
  readonly #messages = new MessageAccumulator(this.emit.bind(this) as unknown as Emit<MessageEvents>);
  readonly #steps = new StepAccumulator(this.emit.bind(this) as unknown as Emit<StepEvents>);
  #event: RunEvent | undefined;
  #run: Wire.RunObject | undefined;
  #finalRun: Wire.RunObject | undefined;

  private constructor() {
    super();
  }

  /** Sends a request as soon as the current task ends. */
  static create(create: CreateStream, options: CallOptions = {}): RunStream {
    const made = new RunStream();
    const read = async () => made.#read(await create({ ...options, signal: made.controller.signal }));
    made.start(
      () => made.withSignal(options.signal, read),
      () => undefined,
    );
    return made;
  }

  /** Reads the lines that `toReadableStream()` wrote in another process. */
  static fromReadableStream(readable: ReadableStream<Uint8Array>): RunStream {
    const made = new RunStream();
    const read = () => made.#read(Stream.fromReadableStream<RunEvent>(readable));
    made.start(
      () => made.withSignal(undefined, read),
      () => undefined,
    );
    return made;
  }

  currentEvent(): RunEvent | undefined {
    return this.#event;
  }

  currentRun(): Wire.RunObject | undefined {
    return this.#run;
  }

  currentMessageSnapshot(): Wire.MessageObject | undefined {
    return this.#messages.current;
  }

  currentRunStepSnapshot(): Wire.RunStepObject | undefined {
    return this.#steps.current;
  }

  async finalRun(): Promise<Wire.RunObject> {
    await this.done();
    if (this.#finalRun === undefined) throw new SelfsameError('the stream ended before the run');
    return this.#finalRun;
  }

  async finalMessages(): Promise<Wire.MessageObject[]> {
    await this.done();
    return this.#messages.all;
  }

  async finalRunSteps(): Promise<Wire.RunStepObject[]> {
    await this.done();
    return this.#steps.all;
  }

  /** The events. */
  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return this.iterate('event');
  }

  async #read(stream: Stream<RunEvent>): Promise<void> {
    this.emit('connect');
    for await (const event of stream) this.#add(event);
    if (this.controller.signal.aborted) return;
    if (this.#finalRun === undefined) throw new SelfsameError('the stream ended before the run');
    this.emit('run', this.#finalRun);
  }

  #add(event: RunEvent): void {
    this.#event = event;
    // Listeners and loops keep the event, while the snapshots grow.
    this.emit('event', structuredClone(event));
    if (event.event.startsWith('thread.run.step.')) this.#steps.add(event);
    else if (event.event.startsWith('thread.message.')) this.#messages.add(event);
    else if (event.event.startsWith('thread.run.')) this.#addRun(event.data as Wire.RunObject);
  }

  #addRun(run: Wire.RunObject): void {
    this.#run = run;
    if (!FINAL.has(run.status)) return;
    this.#finalRun = run;
    if (run.status !== 'requires_action') return;
    this.#steps.endToolCall();
  }
}
