/** What usage and costs count, per time bucket. */
import Type, { type Static, type TSchema } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../schema.ts';

const group = <T extends TSchema>(schema: T, parameter: string) =>
  Type.Optional(nullable(schema, { description: `Null unless the request groups by \`${parameter}\`.` }));
const groupId = (parameter: string) => group(Type.String(), parameter);
const byProject = { project_id: groupId('project_id') };
const byKey = { ...byProject, user_id: groupId('user_id'), api_key_id: groupId('api_key_id') };
const byModel = { ...byKey, model: groupId('model') };
const bySource = group(oneOf(['agents_api', 'unlabeled']), 'api_source');
const count = (what: string) => Type.Integer({ description: `Number of ${what}.` });
const optionalCount = (what: string) => Type.Optional(count(what));
const modelRequests = { num_model_requests: count('requests to the model') };

export const UsageCompletionsResult = named(
  'UsageCompletionsResult',
  Type.Object({
    object: Type.Literal('organization.usage.completions.result'),
    input_tokens: count('input tokens, cached ones included'),
    input_cached_tokens: optionalCount('input tokens that were read from the cache'),
    input_cache_write_tokens: optionalCount('input tokens that were written to the cache'),
    input_uncached_tokens: optionalCount('input tokens without cached ones'),
    output_tokens: count('output tokens'),
    input_text_tokens: optionalCount('text input tokens without cached ones'),
    output_text_tokens: optionalCount('text output tokens'),
    input_cached_text_tokens: optionalCount('cached text input tokens'),
    input_audio_tokens: optionalCount('audio input tokens without cached ones'),
    input_cached_audio_tokens: optionalCount('cached audio input tokens'),
    output_audio_tokens: optionalCount('audio output tokens'),
    input_image_tokens: optionalCount('image input tokens without cached ones'),
    input_cached_image_tokens: optionalCount('cached image input tokens'),
    output_image_tokens: optionalCount('image output tokens'),
    ...modelRequests,
    ...byModel,
    batch: group(Type.Boolean(), 'batch'),
    service_tier: groupId('service_tier'),
    api_source: bySource,
  }),
);
export type UsageCompletionsResult = Static<typeof UsageCompletionsResult>;

const inputTokens = { input_tokens: count('input tokens'), ...modelRequests, ...byModel };

export const UsageEmbeddingsResult = named(
  'UsageEmbeddingsResult',
  Type.Object({ object: Type.Literal('organization.usage.embeddings.result'), ...inputTokens }),
);
export type UsageEmbeddingsResult = Static<typeof UsageEmbeddingsResult>;

export const UsageModerationsResult = named(
  'UsageModerationsResult',
  Type.Object({ object: Type.Literal('organization.usage.moderations.result'), ...inputTokens }),
);
export type UsageModerationsResult = Static<typeof UsageModerationsResult>;

export const UsageImagesResult = named(
  'UsageImagesResult',
  Type.Object({
    object: Type.Literal('organization.usage.images.result'),
    images: count('images'),
    ...modelRequests,
    source: groupId('source'),
    size: groupId('size'),
    ...byModel,
  }),
);
export type UsageImagesResult = Static<typeof UsageImagesResult>;

export const UsageAudioSpeechesResult = named(
  'UsageAudioSpeechesResult',
  Type.Object({
    object: Type.Literal('organization.usage.audio_speeches.result'),
    characters: count('characters that were spoken'),
    ...modelRequests,
    ...byModel,
  }),
);
export type UsageAudioSpeechesResult = Static<typeof UsageAudioSpeechesResult>;

export const UsageAudioTranscriptionsResult = named(
  'UsageAudioTranscriptionsResult',
  Type.Object({
    object: Type.Literal('organization.usage.audio_transcriptions.result'),
    seconds: count('seconds of audio'),
    ...modelRequests,
    ...byModel,
  }),
);
export type UsageAudioTranscriptionsResult = Static<typeof UsageAudioTranscriptionsResult>;

export const UsageVectorStoresResult = named(
  'UsageVectorStoresResult',
  Type.Object({
    object: Type.Literal('organization.usage.vector_stores.result'),
    usage_bytes: count('bytes of the vector stores'),
    ...byProject,
  }),
);
export type UsageVectorStoresResult = Static<typeof UsageVectorStoresResult>;

export const UsageCodeInterpreterSessionsResult = named(
  'UsageCodeInterpreterSessionsResult',
  Type.Object({
    object: Type.Literal('organization.usage.code_interpreter_sessions.result'),
    num_sessions: count('sessions'),
    ...byProject,
  }),
);
export type UsageCodeInterpreterSessionsResult = Static<typeof UsageCodeInterpreterSessionsResult>;

export const UsageFileSearchCallsResult = named(
  'UsageFileSearchCallsResult',
  Type.Object({
    object: Type.Literal('organization.usage.file_searches.result'),
    num_requests: count('calls of the file search'),
    ...byKey,
    vector_store_id: groupId('vector_store_id'),
  }),
);
export type UsageFileSearchCallsResult = Static<typeof UsageFileSearchCallsResult>;

export const UsageWebSearchCallsResult = named(
  'UsageWebSearchCallsResult',
  Type.Object({
    object: Type.Literal('organization.usage.web_searches.result'),
    ...modelRequests,
    num_requests: count('calls of the web search'),
    ...byModel,
    context_level: groupId('context_level'),
    api_source: bySource,
  }),
);
export type UsageWebSearchCallsResult = Static<typeof UsageWebSearchCallsResult>;

export const CostsResult = named(
  'CostsResult',
  Type.Object({
    object: Type.Literal('organization.costs.result'),
    amount: Type.Optional(
      Type.Object({
        value: Type.Optional(Type.Number({ description: 'The costs in units of the currency.' })),
        currency: Type.Optional(Type.String({ description: 'ISO 4217 code in lower case, e.g. `usd`.' })),
      }),
    ),
    line_item: groupId('line_item'),
    ...byProject,
    user_id: groupId('user_id'),
    api_key_id: groupId('api_key_id'),
    api_source: bySource,
    quantity: group(Type.Number(), 'line_item'),
    quantity_unit: Type.Optional(
      nullable(Type.String(), {
        description:
          'Unit of the quantity: `tokens`, `1000_tokens`, `duration_seconds`, `duration_minutes`, `duration_hours`, ' +
          '`gibibyte_hours`, `images` or `characters`; null if it has none.',
      }),
    ),
  }),
);
export type CostsResult = Static<typeof CostsResult>;

const result = tagged('object', [
  UsageCompletionsResult,
  UsageEmbeddingsResult,
  UsageModerationsResult,
  UsageImagesResult,
  UsageAudioSpeechesResult,
  UsageAudioTranscriptionsResult,
  UsageVectorStoresResult,
  UsageCodeInterpreterSessionsResult,
  UsageFileSearchCallsResult,
  UsageWebSearchCallsResult,
  CostsResult,
]);

export const UsageTimeBucket = named(
  'UsageTimeBucket',
  Type.Object({
    object: Type.Literal('bucket'),
    start_time: Type.Integer({ description: 'Unix time in seconds, inclusive.' }),
    end_time: Type.Integer({ description: 'Unix time in seconds, exclusive.' }),
    results: Type.Array(result),
    result: Type.Array(result, { deprecated: true, description: 'The same as `results`, for older clients.' }),
  }),
);
export type UsageTimeBucket = Static<typeof UsageTimeBucket>;

export const UsageResponse = named(
  'UsageResponse',
  Type.Object({
    object: Type.Literal('page'),
    data: Type.Array(ref(UsageTimeBucket)),
    has_more: Type.Boolean({ description: 'Whether buckets follow this page.' }),
    next_page: nullable(Type.String(), { description: 'The next `page`; null on the last page.' }),
  }),
);
export type UsageResponse = Static<typeof UsageResponse>;
