/** A streamed chat completion with its accumulated result, and the events of the official client's helper. */
import type * as Wire from '@selfsame/contract';
import { SelfsameError } from '../core/errors.ts';
import type { CallOptions } from '../core/operation-data.ts';
import { Stream } from '../core/stream.ts';
import {
  addChunk,
  type ChoiceSnapshot,
  type Chunk,
  type Completion,
  type CompletionSnapshot,
  type FunctionSnapshot,
  type TokenLogprobs,
  toCompletion,
} from './chat-snapshot.ts';
import { type BaseEvents, EventStream } from './event-stream.ts';

export type Message = Completion['choices'][number]['message'];
type Usage = NonNullable<Completion['usage']>;

export interface ChatCompletionStreamEvents extends BaseEvents {
  chunk: [chunk: Chunk, snapshot: CompletionSnapshot];
  content: [delta: string, snapshot: string];
  'content.delta': [props: { delta: string; snapshot: string }];
  'content.done': [props: { content: string }];
  'refusal.delta': [props: { delta: string; snapshot: string }];
  'refusal.done': [props: { refusal: string }];
  'tool_calls.function.arguments.delta': [
    props: { name: string; index: number; arguments: string; arguments_delta: string },
  ];
  /** `parsed_arguments` is null unless the function is strict. */
  'tool_calls.function.arguments.done': [
    props: { name: string; index: number; arguments: string; parsed_arguments: unknown },
  ];
  'logprobs.content.delta': [props: { content: TokenLogprobs; snapshot: TokenLogprobs }];
  'logprobs.content.done': [props: { content: TokenLogprobs }];
  'logprobs.refusal.delta': [props: { refusal: TokenLogprobs; snapshot: TokenLogprobs }];
  'logprobs.refusal.done': [props: { refusal: TokenLogprobs }];
  chatCompletion: [completion: Completion];
  message: [message: Message];
  finalChatCompletion: [completion: Completion];
  finalMessage: [message: Message];
  finalContent: [content: string];
  finalFunctionToolCall: [call: FunctionSnapshot];
  totalUsage: [usage: Usage];
}

type CreateStream = (options: CallOptions) => PromiseLike<Stream<Chunk>>;
type Tools = Wire.CreateChatCompletionRequest['tools'];

/** Which `…done` events a choice has emitted. */
interface ChoiceProgress {
  done: Set<string>;
  currentToolCall: number | undefined;
}

export class ChatCompletionStream extends EventStream<Chunk, ChatCompletionStreamEvents> {
  #snapshot: CompletionSnapshot | undefined;
  #completion: Completion | undefined;
  readonly #progress = new Map<number, ChoiceProgress>();
  readonly #tools: Tools;

  private constructor(tools: Tools) {
    super();
    this.#tools = tools;
  }

  /** Sends a request as soon as the current task ends. */
  static create(create: CreateStream, { tools }: { tools?: Tools }, options: CallOptions = {}): ChatCompletionStream {
    const made = new ChatCompletionStream(tools);
    made.start(
      () =>
        made.withSignal(options.signal, async () =>
          made.#read(await create({ ...options, signal: made.controller.signal })),
        ),
      () => made.#emitFinal(),
    );
    return made;
  }

  /** Reads the lines that `toReadableStream()` wrote in another process. */
  static fromReadableStream(readable: ReadableStream<Uint8Array>): ChatCompletionStream {
    const made = new ChatCompletionStream(undefined);
    const read = () => made.#read(Stream.fromReadableStream<Chunk>(readable));
    made.start(
      () => made.withSignal(undefined, read),
      () => made.#emitFinal(),
    );
    return made;
  }

  /** The completion so far. */
  get currentChatCompletionSnapshot(): CompletionSnapshot | undefined {
    return this.#snapshot;
  }

  async finalChatCompletion(): Promise<Completion> {
    await this.done();
    return this.#final();
  }

  async finalMessage(): Promise<Message> {
    return messageOf(await this.finalChatCompletion());
  }

  async finalContent(): Promise<string | null> {
    return (await this.finalMessage()).content;
  }

  async finalFunctionToolCall(): Promise<FunctionSnapshot | undefined> {
    return lastFunctionOf(await this.finalMessage());
  }

  /** The tokens of the completion; zeros if the request did not ask for usage. */
  async totalUsage(): Promise<Usage> {
    const { usage } = await this.finalChatCompletion();
    return usage ?? { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  }

  /** The chunks. */
  [Symbol.asyncIterator](): AsyncIterator<Chunk> {
    return this.iterate('chunk');
  }

  async #read(stream: Stream<Chunk>): Promise<void> {
    this.emit('connect');
    for await (const chunk of stream) this.#add(chunk);
    if (this.controller.signal.aborted) return;
    if (this.#snapshot === undefined) throw new SelfsameError('the stream ended without a chunk');
    this.#completion = toCompletion(this.#snapshot);
    this.#snapshot = undefined;
    this.emit('chatCompletion', this.#completion);
    this.emit('message', messageOf(this.#completion));
  }

  #add(chunk: Chunk): void {
    const snapshot = addChunk(this.#snapshot, chunk);
    this.#snapshot = snapshot;
    this.emit('chunk', chunk, snapshot);
    for (const choice of chunk.choices) {
      const state = snapshot.choices[choice.index];
      if (state !== undefined) this.#emitChoice(choice, state);
    }
  }

  #emitChoice({ delta, logprobs }: Chunk['choices'][number], choice: ChoiceSnapshot): void {
    const { content, refusal } = choice.message;
    if (delta?.content != null && content) {
      this.emit('content', delta.content, content);
      this.emit('content.delta', { delta: delta.content, snapshot: content });
    }
    if (delta?.refusal != null && refusal) this.emit('refusal.delta', { delta: delta.refusal, snapshot: refusal });
    if (logprobs?.content != null) {
      this.emit('logprobs.content.delta', { content: logprobs.content, snapshot: choice.logprobs?.content ?? [] });
    }
    if (logprobs?.refusal != null) {
      this.emit('logprobs.refusal.delta', { refusal: logprobs.refusal, snapshot: choice.logprobs?.refusal ?? [] });
    }
    this.#emitToolCalls(delta?.tool_calls ?? [], choice);
  }

  #emitToolCalls(deltas: NonNullable<Chunk['choices'][number]['delta']['tool_calls']>, choice: ChoiceSnapshot): void {
    const progress = this.#progressOf(choice);
    if (choice.finish_reason !== null) {
      this.#emitDone(choice);
      this.#emitToolCallDone(choice, progress.currentToolCall);
    }
    for (const { index } of deltas) {
      if (progress.currentToolCall !== index) {
        this.#emitDone(choice);
        this.#emitToolCallDone(choice, progress.currentToolCall);
      }
      progress.currentToolCall = index;
    }
    for (const delta of deltas) {
      const call = choice.message.tool_calls?.[delta.index];
      if (call?.type !== 'function' || call.function === undefined) continue;
      this.emit('tool_calls.function.arguments.delta', {
        name: call.function.name,
        index: delta.index,
        arguments: call.function.arguments,
        arguments_delta: delta.function?.arguments ?? '',
      });
    }
  }

  /** Ends the text of a choice: it has ended, or its tool calls have started. */
  #emitDone({ message, logprobs, index }: ChoiceSnapshot): void {
    const { done } = this.#progressOf({ index });
    const once = (name: string, isReady: unknown): boolean => {
      if (!isReady || done.has(name)) return false;
      done.add(name);
      return true;
    };
    if (once('content', message.content)) this.emit('content.done', { content: message.content ?? '' });
    if (once('refusal', message.refusal)) this.emit('refusal.done', { refusal: message.refusal ?? '' });
    if (once('logprobs.content', logprobs?.content)) {
      this.emit('logprobs.content.done', { content: logprobs?.content ?? [] });
    }
    if (once('logprobs.refusal', logprobs?.refusal)) {
      this.emit('logprobs.refusal.done', { refusal: logprobs?.refusal ?? [] });
    }
  }

  #emitToolCallDone(choice: ChoiceSnapshot, index: number | undefined): void {
    const { done } = this.#progressOf(choice);
    if (index === undefined || done.has(`tool call ${index}`)) return;
    const call = choice.message.tool_calls?.[index];
    if (call?.type !== 'function' || call.function === undefined) return;
    done.add(`tool call ${index}`);
    const { name, arguments: text } = call.function;
    const isStrict = this.#tools?.some(
      (tool) => tool.type === 'function' && tool.function.name === name && tool.function.strict === true,
    );
    const parsed: unknown = isStrict === true ? JSON.parse(text) : null;
    this.emit('tool_calls.function.arguments.done', { name, index, arguments: text, parsed_arguments: parsed });
  }

  #progressOf({ index }: { index: number }): ChoiceProgress {
    const progress = this.#progress.get(index) ?? { done: new Set<string>(), currentToolCall: undefined };
    this.#progress.set(index, progress);
    return progress;
  }

  #final(): Completion {
    if (this.#completion === undefined) throw new SelfsameError('the stream ended without a completion');
    return this.#completion;
  }

  #emitFinal(): void {
    const completion = this.#final();
    const message = messageOf(completion);
    this.emit('finalChatCompletion', completion);
    this.emit('finalMessage', message);
    if (message.content) this.emit('finalContent', message.content);
    const call = lastFunctionOf(message);
    if (call !== undefined) this.emit('finalFunctionToolCall', call);
    if (completion.usage != null) this.emit('totalUsage', completion.usage);
  }
}

function messageOf({ choices }: Completion): Message {
  const message = choices[0]?.message;
  if (message === undefined) throw new SelfsameError('the completion has no choice');
  return message;
}

function lastFunctionOf({ tool_calls }: Message): FunctionSnapshot | undefined {
  const call = tool_calls?.findLast(({ type }) => type === 'function') as { function: FunctionSnapshot } | undefined;
  return call?.function;
}
