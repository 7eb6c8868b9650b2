/** Usage and costs by time: `organization.usage.*`. */
import Type from 'typebox';
import { operation } from '../operation.ts';
import { oneOf } from '../schema.ts';
import { idsFilter } from './fields.ts';
import { costsQuery, keyFilters, modelFilters, usageQuery } from './usage-queries.ts';
import { UsageResponse } from './usage-results.ts';

export const costs = operation({
  id: 'organization.usage.costs',
  method: 'GET',
  path: '/organization/costs',
  summary: 'Returns costs per day.',
  authority: 'admin',
  query: costsQuery,
  response: UsageResponse,
});

export const audioSpeeches = operation({
  id: 'organization.usage.audioSpeeches',
  method: 'GET',
  path: '/organization/usage/audio_speeches',
  summary: 'Returns the usage of speech synthesis.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'model'], modelFilters),
  response: UsageResponse,
});

export const audioTranscriptions = operation({
  id: 'organization.usage.audioTranscriptions',
  method: 'GET',
  path: '/organization/usage/audio_transcriptions',
  summary: 'Returns the usage of transcription.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'model'], modelFilters),
  response: UsageResponse,
});

export const codeInterpreterSessions = operation({
  id: 'organization.usage.codeInterpreterSessions',
  method: 'GET',
  path: '/organization/usage/code_interpreter_sessions',
  summary: 'Returns the sessions of the code interpreter.',
  authority: 'admin',
  query: usageQuery(['project_id'], { project_ids: keyFilters.project_ids }),
  response: UsageResponse,
});

export const completions = operation({
  id: 'organization.usage.completions',
  method: 'GET',
  path: '/organization/usage/completions',
  summary: 'Returns the tokens that text models read and generated.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'service_tier', 'api_source'], {
    ...modelFilters,
    batch: Type.Optional(Type.Boolean({ description: 'Only batches, or only other requests. Default: both.' })),
  }),
  response: UsageResponse,
});

export const embeddings = operation({
  id: 'organization.usage.embeddings',
  method: 'GET',
  path: '/organization/usage/embeddings',
  summary: 'Returns the usage of embeddings.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'model'], modelFilters),
  response: UsageResponse,
});

export const fileSearchCalls = operation({
  id: 'organization.usage.fileSearchCalls',
  method: 'GET',
  path: '/organization/usage/file_search_calls',
  summary: 'Returns the calls of the file search.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'vector_store_id'], {
    ...keyFilters,
    vector_store_ids: idsFilter('Only usage of these vector stores.'),
  }),
  response: UsageResponse,
});

export const images = operation({
  id: 'organization.usage.images',
  method: 'GET',
  path: '/organization/usage/images',
  summary: 'Returns the images that models generated.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'model', 'size', 'source'], {
    ...modelFilters,
    sources: Type.Optional(
      Type.Array(oneOf(['image.generation', 'image.edit', 'image.variation']), {
        description: 'Only images from these operations.',
      }),
    ),
    sizes: Type.Optional(
      Type.Array(oneOf(['256x256', '512x512', '1024x1024', '1792x1792', '1024x1792']), {
        description: 'Only images of these sizes, in pixels.',
      }),
    ),
  }),
  response: UsageResponse,
});

export const moderations = operation({
  id: 'organization.usage.moderations',
  method: 'GET',
  path: '/organization/usage/moderations',
  summary: 'Returns the usage of moderation.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'model'], modelFilters),
  response: UsageResponse,
});

export const vectorStores = operation({
  id: 'organization.usage.vectorStores',
  method: 'GET',
  path: '/organization/usage/vector_stores',
  summary: 'Returns the bytes that vector stores hold.',
  authority: 'admin',
  query: usageQuery(['project_id'], { project_ids: keyFilters.project_ids }),
  response: UsageResponse,
});

export const webSearchCalls = operation({
  id: 'organization.usage.webSearchCalls',
  method: 'GET',
  path: '/organization/usage/web_search_calls',
  summary: 'Returns the calls of the web search.',
  authority: 'admin',
  query: usageQuery(['project_id', 'user_id', 'api_key_id', 'model', 'context_level', 'api_source'], {
    ...modelFilters,
    context_levels: Type.Optional(
      Type.Array(oneOf(['low', 'medium', 'high']), { description: 'Only searches with these sizes of context.' }),
    ),
  }),
  response: UsageResponse,
});
