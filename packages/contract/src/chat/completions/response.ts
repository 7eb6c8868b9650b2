/** The response of `POST /chat/completions` without streaming. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../../common/metadata.ts';
import { ServiceTier } from '../../common/model-options.ts';
import { CompletionUsage } from '../../common/usage.ts';
import { named, nullable, oneOf, ref } from '../../schema.ts';
import { ChatCompletionAnnotations } from './annotations.ts';
import { ChatCompletionChoiceLogprobs } from './logprobs.ts';
import { ChatCompletionModeration } from './moderation.ts';
import { ChatCompletionMessageToolCalls } from './tool-calls.ts';

export const FINISH_REASONS = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

export const ChatCompletionResponseMessage = named(
  'ChatCompletionResponseMessage',
  Type.Object({
    role: Type.Literal('assistant'),
    content: nullable(Type.String(), { description: 'The text, or null if the model only called tools.' }),
    refusal: nullable(Type.String(), { description: 'The text of a refusal, or null.' }),
    tool_calls: Type.Optional(ref(ChatCompletionMessageToolCalls)),
    annotations: Type.Optional(ChatCompletionAnnotations),
    function_call: Type.Optional(Type.Object({ name: Type.String(), arguments: Type.String() }, { deprecated: true })),
    audio: Type.Optional(
      nullable(
        Type.Object({
          id: Type.String({ description: 'Id of this audio for later messages.' }),
          expires_at: Type.Integer({ description: 'Unix time in seconds at which the id expires.' }),
          data: Type.String({ description: 'The audio in base64.' }),
          transcript: Type.String({ description: 'Transcript of the audio.' }),
        }),
      ),
    ),
  }),
);
export type ChatCompletionResponseMessage = Static<typeof ChatCompletionResponseMessage>;

export const CreateChatCompletionResponse = named(
  'CreateChatCompletionResponse',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('chat.completion'),
    created: Type.Integer({ description: 'Unix time in seconds.' }),
    model: Type.String({ description: 'The model that generated the answer.' }),
    choices: Type.Array(
      Type.Object({
        index: Type.Integer(),
        message: ref(ChatCompletionResponseMessage),
        finish_reason: oneOf(FINISH_REASONS, { description: 'Why the answer ended.' }),
        logprobs: ChatCompletionChoiceLogprobs,
      }),
    ),
    usage: Type.Optional(ref(CompletionUsage)),
    system_fingerprint: Type.Optional(
      Type.String({ deprecated: true, description: 'Changes with the model file or the engine.' }),
    ),
    service_tier: Type.Optional(ref(ServiceTier)),
    metadata: Type.Optional(ref(Metadata)),
    moderation: Type.Optional(nullable(ref(ChatCompletionModeration))),
  }),
);
export type CreateChatCompletionResponse = Static<typeof CreateChatCompletionResponse>;
