/** Methods of chat completions beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../../core/call-promise.ts';
import type { CallOptions } from '../../core/operation-data.ts';
import { Resource } from '../../core/resource.ts';
import type { Stream } from '../../core/stream.ts';
import { ChatCompletionStream } from '../../streams/chat-completion-stream.ts';

export abstract class ChatCompletionsHelpers extends Resource {
  abstract create(
    body: Wire.CreateChatCompletionRequest & { stream: true },
    options?: CallOptions,
  ): CallPromise<Stream<Wire.ChatCompletionChunk>>;

  /** Streams a completion, with listeners and the accumulated result. */
  stream(body: Omit<Wire.CreateChatCompletionRequest, 'stream'>, options: CallOptions = {}): ChatCompletionStream {
    const create = (inner: CallOptions) => this.create({ ...body, stream: true }, inner);
    return ChatCompletionStream.create(create, body.tools === undefined ? {} : { tools: body.tools }, options);
  }
}
