/** One event of a streamed chat completion. `id` and `created` are the same in every chunk of a stream. */
import Type, { type Static } from 'typebox';
import { ServiceTier } from '../../common/model-options.ts';
import { CompletionUsage } from '../../common/usage.ts';
import { named, nullable, oneOf, ref } from '../../schema.ts';
import { ChatCompletionChoiceLogprobs } from './logprobs.ts';
import { ChatCompletionModeration } from './moderation.ts';
import { FINISH_REASONS } from './response.ts';

export const ChatCompletionMessageToolCallChunk = named(
  'ChatCompletionMessageToolCallChunk',
  Type.Object({
    index: Type.Integer({ description: 'Index of the call that this delta belongs to.' }),
    id: Type.Optional(Type.String({ description: 'Only in the first delta of a call.' })),
    type: Type.Optional(oneOf(['function', 'custom'])),
    function: Type.Optional(
      Type.Object({
        name: Type.Optional(Type.String()),
        arguments: Type.Optional(Type.String({ description: 'Continuation of the JSON text.' })),
      }),
    ),
    custom: Type.Optional(
      Type.Object({
        name: Type.Optional(Type.String()),
        input: Type.Optional(Type.String({ description: 'Continuation of the input.' })),
      }),
    ),
  }),
);
export type ChatCompletionMessageToolCallChunk = Static<typeof ChatCompletionMessageToolCallChunk>;

export const ChatCompletionStreamResponseDelta = named(
  'ChatCompletionStreamResponseDelta',
  Type.Object({
    role: Type.Optional(oneOf(['developer', 'system', 'user', 'assistant', 'tool'])),
    content: Type.Optional(nullable(Type.String(), { description: 'Continuation of the text.' })),
    refusal: Type.Optional(nullable(Type.String(), { description: 'Continuation of the refusal.' })),
    tool_calls: Type.Optional(Type.Array(ref(ChatCompletionMessageToolCallChunk))),
    function_call: Type.Optional(
      Type.Object(
        { name: Type.Optional(Type.String()), arguments: Type.Optional(Type.String()) },
        { deprecated: true },
      ),
    ),
  }),
);
export type ChatCompletionStreamResponseDelta = Static<typeof ChatCompletionStreamResponseDelta>;

export const ChatCompletionChunk = named(
  'CreateChatCompletionStreamResponse',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('chat.completion.chunk'),
    created: Type.Integer({ description: 'Unix time in seconds.' }),
    model: Type.String({ description: 'The model that generates the answer.' }),
    choices: Type.Array(
      Type.Object({
        index: Type.Integer(),
        delta: ref(ChatCompletionStreamResponseDelta),
        finish_reason: nullable(oneOf(FINISH_REASONS), { description: 'Null until the last chunk of the choice.' }),
        logprobs: Type.Optional(ChatCompletionChoiceLogprobs),
      }),
      { description: 'Empty in the chunk that carries the usage.' },
    ),
    usage: Type.Optional(nullable(ref(CompletionUsage))),
    obfuscation: Type.Optional(Type.String({ description: 'Meaningless padding.' })),
    system_fingerprint: Type.Optional(Type.String({ deprecated: true })),
    service_tier: Type.Optional(ref(ServiceTier)),
    moderation: Type.Optional(nullable(ref(ChatCompletionModeration))),
  }),
);
export type ChatCompletionChunk = Static<typeof ChatCompletionChunk>;
