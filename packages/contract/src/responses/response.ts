/** The response object. */
import Type, { type Static } from 'typebox';
import { ModerationResultBody } from '../chat/completions/moderation.ts';
import { Metadata } from '../common/metadata.ts';
import { named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { InputItem, OutputItem } from './items.ts';
import { Prompt, PromptCacheOptions, Reasoning, ResponseTextParam, ServiceTierResponses } from './options.ts';
import { ToolChoiceParam } from './tool-choice.ts';
import { ToolsArray } from './tools.ts';

export const ResponseErrorCode = named(
  'ResponseErrorCode',
  oneOf([
    'server_error',
    'rate_limit_exceeded',
    'invalid_prompt',
    'context_length_exceeded',
    'data_residency_mismatch',
    'bio_policy',
    'vector_store_timeout',
    'invalid_image',
    'invalid_image_format',
    'invalid_base64_image',
    'invalid_image_url',
    'image_too_large',
    'image_too_small',
    'image_parse_error',
    'image_content_policy_violation',
    'invalid_image_mode',
    'image_file_too_large',
    'unsupported_image_media_type',
    'empty_image_file',
    'failed_to_download_image',
    'image_file_not_found',
  ]),
);
export type ResponseErrorCode = Static<typeof ResponseErrorCode>;

export const ResponseError = named(
  'ResponseError',
  nullable(Type.Object({ code: ref(ResponseErrorCode), message: Type.String() })),
);
export type ResponseError = Static<typeof ResponseError>;

export const ResponseUsage = named(
  'ResponseUsage',
  Type.Object({
    input_tokens: Type.Integer(),
    input_tokens_details: Type.Object({ cached_tokens: Type.Integer(), cache_write_tokens: Type.Integer() }),
    output_tokens: Type.Integer(),
    output_tokens_details: Type.Object({ reasoning_tokens: Type.Integer() }),
    total_tokens: Type.Integer(),
  }),
);
export type ResponseUsage = Static<typeof ResponseUsage>;

export const ModerationErrorBody = named(
  'ModerationErrorBody',
  Type.Object({ type: Type.Literal('error', { default: 'error' }), code: Type.String(), message: Type.String() }),
);
export type ModerationErrorBody = Static<typeof ModerationErrorBody>;

export const ResponseModeration = named(
  'ResponseModeration',
  Type.Object({
    input: tagged('type', [ModerationResultBody, ModerationErrorBody]),
    output: tagged('type', [ModerationResultBody, ModerationErrorBody]),
  }),
);
export type ResponseModeration = Static<typeof ResponseModeration>;

export const ResponseConversation = named('ResponseConversation', Type.Object({ id: Type.String() }));
export type ResponseConversation = Static<typeof ResponseConversation>;

export const Response = named(
  'Response',
  Type.Object({
    metadata: ref(Metadata),
    top_logprobs: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 20 }))),
    temperature: nullable(Type.Number({ minimum: 0, maximum: 2, default: 1 })),
    top_p: nullable(Type.Number({ minimum: 0, maximum: 1, default: 1 })),
    presence_penalty: Type.Optional(Type.Number()),
    frequency_penalty: Type.Optional(Type.Number()),
    user: Type.Optional(Type.String({ deprecated: true })),
    safety_identifier: Type.Optional(nullable(Type.String({ maxLength: 64 }))),
    prompt_cache_key: Type.Optional(nullable(Type.String())),
    prompt_cache_retention: Type.Optional(nullable(oneOf(['in_memory', '24h']))),
    previous_response_id: Type.Optional(nullable(Type.String())),
    model: Type.String(),
    background: Type.Optional(nullable(Type.Boolean({ default: false }))),
    max_tool_calls: Type.Optional(nullable(Type.Integer())),
    text: Type.Optional(ref(ResponseTextParam)),
    tools: ref(ToolsArray),
    tool_choice: ref(ToolChoiceParam),
    prompt: Type.Optional(ref(Prompt)),
    service_tier: Type.Optional(ref(ServiceTierResponses)),
    truncation: Type.Optional(nullable(oneOf(['auto', 'disabled'], { default: 'disabled' }))),
    id: Type.String(),
    object: Type.Literal('response'),
    status: Type.Optional(oneOf(['completed', 'failed', 'in_progress', 'cancelled', 'queued', 'incomplete'])),
    created_at: Type.Number({ description: 'Unix time in seconds.' }),
    completed_at: Type.Optional(nullable(Type.Number({ description: 'Unix time in seconds.' }))),
    error: ref(ResponseError),
    incomplete_details: nullable(
      Type.Object({ reason: Type.Optional(oneOf(['max_output_tokens', 'content_filter'])) }),
    ),
    output: Type.Array(ref(OutputItem)),
    reasoning: Type.Optional(nullable(ref(Reasoning))),
    instructions: nullable(Type.Union([Type.String(), Type.Array(ref(InputItem))])),
    output_text: Type.Optional(nullable(Type.String())),
    usage: Type.Optional(nullable(ref(ResponseUsage))),
    prompt_cache_options: Type.Optional(ref(PromptCacheOptions)),
    moderation: Type.Optional(nullable(ref(ResponseModeration))),
    parallel_tool_calls: Type.Boolean({ default: true }),
    conversation: Type.Optional(nullable(ref(ResponseConversation, { default: null }))),
    max_output_tokens: Type.Optional(nullable(Type.Integer())),
  }),
);
export type Response = Static<typeof Response>;
