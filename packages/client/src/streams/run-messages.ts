/** Accumulates the messages of a streamed run, and emits events about their parts. */
import type * as Wire from '@selfsame/contract';
import { SelfsameError } from '../core/errors.ts';
import { accumulateDelta } from './accumulate-delta.ts';

export type Message = Wire.MessageObject;
type MessageDelta = Wire.MessageDeltaObject['delta'];
type Content = Message['content'][number];
type Text = Extract<Content, { type: 'text' }>['text'];
type ImageFile = Extract<Content, { type: 'image_file' }>['image_file'];
type ContentDelta = NonNullable<MessageDelta['content']>[number];
type TextDelta = NonNullable<Extract<ContentDelta, { type: 'text' }>['text']>;

export interface MessageEvents {
  messageCreated: [message: Message];
  messageDelta: [delta: MessageDelta, snapshot: Message];
  messageDone: [message: Message];
  textCreated: [text: Text];
  textDelta: [delta: TextDelta, snapshot: Text];
  textDone: [text: Text, message: Message];
  imageFileDone: [image: ImageFile, message: Message];
}

export type Emit<Events extends { [Name in keyof Events]: unknown[] }> = <Name extends keyof Events>(
  name: Name,
  ...words: Events[Name]
) => void;

export class MessageAccumulator {
  readonly #emit: Emit<MessageEvents>;
  readonly #messages = new Map<string, Message>();
  #current: Message | undefined;
  /** Position of the part that grows. */
  #part: number | undefined;

  constructor(emit: Emit<MessageEvents>) {
    this.#emit = emit;
  }

  get current(): Message | undefined {
    return this.#current;
  }

  get all(): Message[] {
    return [...this.#messages.values()];
  }

  add({ event, data }: Wire.AssistantStreamEvent): void {
    if (event === 'thread.message.created') this.#start(data);
    else if (event === 'thread.message.delta') this.#grow(data.delta);
    else if (event === 'thread.message.completed' || event === 'thread.message.incomplete') this.#end(data);
  }

  #start(message: Message): void {
    this.#current = message;
    this.#messages.set(message.id, message);
    this.#emit('messageCreated', message);
  }

  #grow(delta: MessageDelta): void {
    const message = this.#current;
    if (message === undefined) throw new SelfsameError('a message grew before it was created');
    const parts = delta.content ?? [];
    const created = parts.filter(({ index }) => !(index in message.content)).map(({ index }) => index);
    for (const part of parts) {
      const known = message.content[part.index] ?? {};
      message.content[part.index] = accumulateDelta(known as object as Record<string, unknown>, { ...part }) as never;
    }
    for (const index of created) {
      const part = message.content[index];
      if (part?.type === 'text') this.#emit('textCreated', part.text);
    }
    this.#emit('messageDelta', delta, message);
    for (const part of parts) this.#growPart(part, message);
  }

  #growPart(delta: ContentDelta, message: Message): void {
    const part = message.content[delta.index];
    if (delta.type === 'text' && delta.text !== undefined && part?.type === 'text') {
      this.#emit('textDelta', delta.text, part.text);
    }
    if (this.#part !== undefined && this.#part !== delta.index) this.#endPart(message);
    this.#part = delta.index;
  }

  #endPart(message: Message): void {
    const part = this.#part === undefined ? undefined : message.content[this.#part];
    if (part?.type === 'text') this.#emit('textDone', part.text, message);
    if (part?.type === 'image_file') this.#emit('imageFileDone', part.image_file, message);
    this.#part = undefined;
  }

  #end(message: Message): void {
    this.#messages.set(message.id, message);
    this.#current = message;
    this.#endPart(message);
    this.#emit('messageDone', message);
    this.#current = undefined;
  }
}
