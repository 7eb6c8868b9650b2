/** Options that requests and responses share. */
import Type, { type Static } from 'typebox';
import {
  ResponseFormatJsonObject,
  ResponseFormatJsonSchemaSchema,
  ResponseFormatText,
} from '../chat/completions/response-format.ts';
import { MAX_COUNT } from '../common/bounds.ts';
import { identifier } from '../common/functions.ts';
import { ReasoningEffort, Verbosity } from '../common/model-options.ts';
import { PromptCacheModeEnum, PromptCacheTTLEnum } from '../common/prompt-cache.ts';
import { mapOf, named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { InputFileContent, InputImageContent, InputTextContent } from './content.ts';

export const TextResponseFormatJsonSchema = named(
  'TextResponseFormatJsonSchema',
  Type.Object({
    type: Type.Literal('json_schema'),
    description: Type.Optional(Type.String({ description: 'Purpose of the format. The model reads it.' })),
    name: identifier('Name of the format.'),
    schema: ref(ResponseFormatJsonSchemaSchema),
    strict: Type.Optional(
      nullable(Type.Boolean({ default: false }), {
        description: 'Whether a schema that cannot be enforced completely is refused.',
      }),
    ),
  }),
);
export type TextResponseFormatJsonSchema = Static<typeof TextResponseFormatJsonSchema>;

export const TextResponseFormatConfiguration = named(
  'TextResponseFormatConfiguration',
  tagged('type', [ResponseFormatText, TextResponseFormatJsonSchema, ResponseFormatJsonObject], {
    description: 'The format of the answer. Text when absent.',
  }),
);
export type TextResponseFormatConfiguration = Static<typeof TextResponseFormatConfiguration>;

export const ResponseTextParam = named(
  'ResponseTextParam',
  Type.Object({
    format: Type.Optional(ref(TextResponseFormatConfiguration)),
    verbosity: Type.Optional(ref(Verbosity)),
  }),
);
export type ResponseTextParam = Static<typeof ResponseTextParam>;

export const ResponsePromptVariables = named(
  'ResponsePromptVariables',
  nullable(mapOf(Type.Union([Type.String(), ref(InputTextContent), ref(InputImageContent), ref(InputFileContent)])), {
    description: 'Values of the variables of the template.',
  }),
);
export type ResponsePromptVariables = Static<typeof ResponsePromptVariables>;

export const Prompt = named(
  'Prompt',
  nullable(
    Type.Object({
      id: Type.String({ description: 'Id of the template.' }),
      version: Type.Optional(nullable(Type.String(), { description: 'Version of the template.' })),
      variables: Type.Optional(ref(ResponsePromptVariables)),
    }),
    { description: 'A prompt template that the server stores.' },
  ),
);
export type Prompt = Static<typeof Prompt>;

export const ServiceTierResponses = named(
  'ServiceTierResponses',
  nullable(oneOf(['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast'], { default: 'auto' }), {
    description: 'The requested or used processing tier. This server has one tier and records the value.',
  }),
);
export type ServiceTierResponses = Static<typeof ServiceTierResponses>;

/** Any string; the description names `standard` and `pro`. */
export const ReasoningModeEnum = named('ReasoningModeEnum', Type.String());
export type ReasoningModeEnum = Static<typeof ReasoningModeEnum>;

const summary = (options: object) => nullable(oneOf(['auto', 'concise', 'detailed']), options);

export const Reasoning = named(
  'Reasoning',
  Type.Object({
    mode: Type.Optional(ref(ReasoningModeEnum, { description: 'How the model reasons, e.g. `standard`.' })),
    effort: Type.Optional(ref(ReasoningEffort)),
    summary: Type.Optional(summary({ description: 'Whether to summarize the thoughts of the model, and how.' })),
    context: Type.Optional(
      nullable(oneOf(['auto', 'current_turn', 'all_turns']), {
        description: 'The turns whose thoughts the model reads.',
      }),
    ),
    generate_summary: Type.Optional(summary({ deprecated: true, description: 'Older name of `summary`.' })),
  }),
);
export type Reasoning = Static<typeof Reasoning>;

export const IncludeEnum = named(
  'IncludeEnum',
  oneOf([
    'file_search_call.results',
    'web_search_call.results',
    'web_search_call.action.sources',
    'message.input_image.image_url',
    'computer_call_output.output.image_url',
    'code_interpreter_call.outputs',
    'reasoning.encrypted_content',
    'message.output_text.logprobs',
  ]),
);
export type IncludeEnum = Static<typeof IncludeEnum>;

/** `include[]` of a query. */
export const includeQuery = Type.Optional(
  Type.Array(ref(IncludeEnum), { description: 'Optional properties of items to include.' }),
);

export const ConversationParam2 = named(
  'ConversationParam-2',
  Type.Object({ id: Type.String({ description: 'Id of the conversation.' }) }),
);
export type ConversationParam2 = Static<typeof ConversationParam2>;

export const ConversationParam = named(
  'ConversationParam',
  Type.Union([Type.String(), ref(ConversationParam2)], { description: 'A conversation, or its id.' }),
);
export type ConversationParam = Static<typeof ConversationParam>;

export const ContextManagementParam = named(
  'ContextManagementParam',
  Type.Object({
    type: Type.String({ description: 'How the context is managed: `compaction`.' }),
    compact_threshold: Type.Optional(
      nullable(Type.Integer({ minimum: 1000, maximum: MAX_COUNT }), {
        description: 'Tokens above which the context is compacted.',
      }),
    ),
  }),
);
export type ContextManagementParam = Static<typeof ContextManagementParam>;

export const ResponseStreamOptions = named(
  'ResponseStreamOptions',
  nullable(
    Type.Object({
      include_obfuscation: Type.Optional(
        Type.Boolean({ description: 'Pads events to hide the length of their text.' }),
      ),
    }),
    { description: 'Only together with `stream: true`.' },
  ),
);
export type ResponseStreamOptions = Static<typeof ResponseStreamOptions>;

export const PromptCacheOptions = named(
  'PromptCacheOptions',
  Type.Object({ ttl: ref(PromptCacheTTLEnum), mode: ref(PromptCacheModeEnum) }),
);
export type PromptCacheOptions = Static<typeof PromptCacheOptions>;
