/**
 * The body of `POST /chat/completions`: every parameter of the current API description, the deprecated ones included.
 */
import Type, { type Static } from 'typebox';
import { MAX_MESSAGES } from '../../ceilings.ts';
import { MAX_COUNT } from '../../common/bounds.ts';
import { Metadata } from '../../common/metadata.ts';
import {
  ParallelToolCalls,
  ReasoningEffort,
  ResponseModalities,
  ServiceTier,
  Verbosity,
} from '../../common/model-options.ts';
import { PromptCacheOptionsParam } from '../../common/prompt-cache.ts';
import { choicesParam, samplingParams, seedParam, streamParam, userParam } from '../../common/sampling.ts';
import { VoiceIdsOrCustomVoice } from '../../common/voice.ts';
import { WebSearchContextSize, WebSearchLocation } from '../../common/web-search.ts';
import { hint, history, named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { textContent } from './content-parts.ts';
import { ChatCompletionRequestMessage } from './messages.ts';
import { ModerationParam } from './moderation.ts';
import { ChatCompletionResponseFormat } from './response-format.ts';
import {
  ChatCompletionFunctionCallOption,
  ChatCompletionFunctions,
  ChatCompletionTool,
  ChatCompletionToolChoiceOption,
  CustomToolChatCompletions,
} from './tools.ts';

export const ChatCompletionStreamOptions = named(
  'ChatCompletionStreamOptions',
  nullable(
    Type.Object({
      include_usage: Type.Optional(
        Type.Boolean({
          description: 'Adds a last chunk with the usage and no choices; in other chunks, usage is null.',
        }),
      ),
      include_obfuscation: Type.Optional(
        Type.Boolean({ description: 'Pads chunks to hide the length of their text.' }),
      ),
    }),
    { default: null, description: 'Only together with `stream: true`.' },
  ),
);
export type ChatCompletionStreamOptions = Static<typeof ChatCompletionStreamOptions>;

export const PredictionContent = named(
  'PredictionContent',
  Type.Object({
    type: Type.Literal('content'),
    content: textContent('Text that the answer is expected to repeat in large part.'),
  }),
);
export type PredictionContent = Static<typeof PredictionContent>;

const sampling = {
  ...samplingParams,
  seed: seedParam({ deprecated: true }),
  max_completion_tokens: Type.Optional(
    nullable(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), {
      description: 'Maximum tokens to generate, including reasoning.',
    }),
  ),
  max_tokens: Type.Optional(
    nullable(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), {
      deprecated: true,
      description: 'Older name of `max_completion_tokens`.',
    }),
  ),
  n: choicesParam('How many choices to generate.'),
  logprobs: Type.Optional(
    nullable(Type.Boolean({ default: false }), { description: 'Whether to return the probability of each token.' }),
  ),
  top_logprobs: Type.Optional(
    nullable(Type.Integer({ minimum: 0, maximum: 20 }), {
      description: 'Number of most likely tokens to return at each position. Requires `logprobs`.',
    }),
  ),
};

const output = {
  stream: streamParam,
  stream_options: Type.Optional(ref(ChatCompletionStreamOptions)),
  response_format: Type.Optional(ChatCompletionResponseFormat),
  modalities: Type.Optional(ref(ResponseModalities)),
  audio: Type.Optional(
    nullable(
      Type.Object({
        voice: ref(VoiceIdsOrCustomVoice),
        format: oneOf(['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16'], { description: 'Format of the audio.' }),
      }),
      { description: 'Required if `modalities` contains `audio`.' },
    ),
  ),
  verbosity: Type.Optional(ref(Verbosity)),
  reasoning_effort: Type.Optional(ref(ReasoningEffort)),
  prediction: Type.Optional(
    hint(nullable(ref(PredictionContent), { description: 'Text that much of the answer is expected to repeat.' })),
  ),
  moderation: Type.Optional(nullable(ref(ModerationParam))),
  store: Type.Optional(nullable(Type.Boolean({ default: false }), { description: 'Whether to store the completion.' })),
};

const tools = {
  tools: Type.Optional(
    Type.Array(tagged('type', [ChatCompletionTool, CustomToolChatCompletions]), {
      maxItems: 128,
      description: 'Tools that the model may call.',
    }),
  ),
  tool_choice: Type.Optional(ref(ChatCompletionToolChoiceOption)),
  parallel_tool_calls: Type.Optional(ref(ParallelToolCalls)),
  functions: Type.Optional(
    Type.Array(ref(ChatCompletionFunctions), {
      minItems: 1,
      maxItems: 128,
      deprecated: true,
      description: 'Older form of `tools`.',
    }),
  ),
  function_call: Type.Optional(
    Type.Union([oneOf(['none', 'auto']), ref(ChatCompletionFunctionCallOption)], {
      deprecated: true,
      description: 'Older form of `tool_choice`.',
    }),
  ),
  web_search_options: Type.Optional(
    Type.Object(
      {
        user_location: Type.Optional(
          nullable(Type.Object({ type: Type.Literal('approximate'), approximate: ref(WebSearchLocation) })),
        ),
        search_context_size: Type.Optional(ref(WebSearchContextSize)),
      },
      { description: 'Lets the model search the web.' },
    ),
  ),
};

const hints = {
  metadata: Type.Optional(hint(ref(Metadata))),
  user: Type.Optional(hint(userParam({ deprecated: true }))),
  safety_identifier: Type.Optional(
    hint(nullable(Type.String({ maxLength: 64 }), { description: 'Stable, anonymous id of the end user.' })),
  ),
  prompt_cache_key: Type.Optional(
    hint(nullable(Type.String(), { description: 'Groups requests that share a prefix.' })),
  ),
  prompt_cache_retention: Type.Optional(
    hint(nullable(oneOf(['in_memory', '24h']), { deprecated: true, description: 'How long to keep the prefix.' })),
  ),
  prompt_cache_options: Type.Optional(hint(ref(PromptCacheOptionsParam))),
  service_tier: Type.Optional(hint(ref(ServiceTier))),
};

export const CreateChatCompletionRequest = named(
  'CreateChatCompletionRequest',
  Type.Object({
    model: Type.String({ description: 'Id of the model.' }),
    messages: Type.Array(history(ref(ChatCompletionRequestMessage)), {
      minItems: 1,
      maxItems: MAX_MESSAGES,
      description: 'The conversation so far.',
    }),
    ...sampling,
    ...output,
    ...tools,
    ...hints,
  }),
);
export type CreateChatCompletionRequest = Static<typeof CreateChatCompletionRequest>;
