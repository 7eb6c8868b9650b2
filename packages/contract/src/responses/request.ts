/** The body of `POST /responses`. */
import Type, { type Static } from 'typebox';
import { MAX_MESSAGES } from '../ceilings.ts';
import { ModerationParam } from '../chat/completions/moderation.ts';
import { MAX_COUNT } from '../common/bounds.ts';
import { Metadata } from '../common/metadata.ts';
import { PromptCacheOptionsParam } from '../common/prompt-cache.ts';
import { samplingParams, streamParam, userParam } from '../common/sampling.ts';
import { anyObject, hint, named, nullable, oneOf, ref } from '../schema.ts';
import { inputItems } from './items.ts';
import {
  ContextManagementParam,
  ConversationParam,
  IncludeEnum,
  Prompt,
  Reasoning,
  ResponseStreamOptions,
  ResponseTextParam,
  ServiceTierResponses,
} from './options.ts';
import { ToolChoiceParam } from './tool-choice.ts';
import { toolsParam } from './tools.ts';

const { temperature, top_p } = samplingParams;

/** Parameters that give the conversation so far. */
export const conversationParams = {
  previous_response_id: Type.Optional(
    nullable(Type.String(), {
      description: 'Id of the response that this one continues. Not together with `conversation`.',
    }),
  ),
  conversation: Type.Optional(
    nullable(ref(ConversationParam), {
      description: 'The conversation to which the input and the output are appended.',
    }),
  ),
};

const generation = {
  instructions: Type.Optional(
    nullable(Type.String(), { description: 'A system message before the input. Later responses do not inherit it.' }),
  ),
  max_output_tokens: Type.Optional(
    nullable(Type.Integer({ minimum: 16, maximum: MAX_COUNT }), {
      description: 'Maximum tokens to generate, including reasoning.',
    }),
  ),
  temperature,
  top_p,
  top_logprobs: Type.Optional(
    nullable(Type.Integer({ minimum: 0, maximum: 20 }), {
      description:
        'Number of most likely tokens to return at each position, with `include: ["message.output_text.logprobs"]`.',
    }),
  ),
  text: Type.Optional(ref(ResponseTextParam, { description: 'Format and verbosity of the text.' })),
  reasoning: Type.Optional(
    nullable(ref(Reasoning), { description: 'How much a reasoning model thinks, and whether it summarises it.' }),
  ),
  truncation: Type.Optional(
    nullable(oneOf(['auto', 'disabled'], { default: 'disabled' }), {
      description: 'If the input exceeds the context: `auto` drops the oldest items, `disabled` fails the request.',
    }),
  ),
  context_management: Type.Optional(
    nullable(Type.Array(ref(ContextManagementParam), { minItems: 1 }), {
      description: 'How the context is kept small.',
    }),
  ),
};

const tools = {
  tools: Type.Optional(toolsParam),
  tool_choice: Type.Optional(ref(ToolChoiceParam)),
  parallel_tool_calls: Type.Optional(
    nullable(Type.Boolean({ default: true }), { description: 'Whether one turn may call several tools.' }),
  ),
  max_tool_calls: Type.Optional(
    nullable(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), {
      description: 'Maximum calls of tools that the server runs. Further calls are not run.',
    }),
  ),
};

const delivery = {
  background: Type.Optional(
    nullable(Type.Boolean({ default: false }), {
      description: 'Whether to return at once and generate the response in the background.',
    }),
  ),
  store: Type.Optional(nullable(Type.Boolean({ default: true }), { description: 'Whether to store the response.' })),
  stream: streamParam,
  stream_options: Type.Optional(ref(ResponseStreamOptions)),
  include: Type.Optional(
    nullable(Type.Array(ref(IncludeEnum)), { description: 'Optional properties of items to include.' }),
  ),
  moderation: Type.Optional(nullable(ref(ModerationParam))),
};

const hints = {
  user: Type.Optional(hint(userParam({ deprecated: true }))),
  safety_identifier: Type.Optional(
    hint(nullable(Type.String({ maxLength: 64 }), { description: 'Stable, anonymous id of the end user.' })),
  ),
  prompt_cache_key: Type.Optional(
    hint(nullable(Type.String(), { description: 'Groups requests that share a prefix.' })),
  ),
  prompt_cache_retention: Type.Optional(
    hint(nullable(oneOf(['in_memory', '24h']), { description: 'How long to keep the prefix.' })),
  ),
  prompt_cache_options: Type.Optional(hint(ref(PromptCacheOptionsParam))),
  service_tier: Type.Optional(hint(ref(ServiceTierResponses))),
  client_metadata: Type.Optional(
    hint(nullable(anyObject(), { description: 'Facts about the client, which Codex sends.' })),
  ),
};

export const CreateResponse = named(
  'CreateResponse',
  Type.Object({
    model: Type.Optional(Type.String({ description: 'Id of the model.' })),
    input: Type.Optional(
      Type.Union([Type.String(), inputItems(MAX_MESSAGES)], {
        description: 'A text, or items: messages, calls of tools and their outputs, references.',
      }),
    ),
    prompt: Type.Optional(ref(Prompt)),
    ...conversationParams,
    ...generation,
    ...tools,
    ...delivery,
    metadata: Type.Optional(ref(Metadata)),
    ...hints,
  }),
);
export type CreateResponse = Static<typeof CreateResponse>;
