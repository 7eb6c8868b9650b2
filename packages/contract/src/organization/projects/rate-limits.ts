/** Rate limits of a project per model: `organization.projects.rateLimits.*`. */
import Type, { type Static } from 'typebox';
import { MAX_COUNT } from '../../common/bounds.ts';
import { beforeParam, page } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named } from '../../schema.ts';
import { pathParams } from '../fields.ts';
import { afterQuery } from '../pages.ts';

const limit = (what: string, bounds: object = {}) => Type.Integer({ ...bounds, description: `Maximum ${what}.` });

const LIMITS = {
  max_requests_per_1_minute: 'requests per minute',
  max_tokens_per_1_minute: 'tokens per minute',
  max_images_per_1_minute: 'images per minute',
  max_audio_megabytes_per_1_minute: 'megabytes of audio per minute',
  max_requests_per_1_day: 'requests per day',
  batch_1_day_max_input_tokens: 'input tokens of batches per day',
} as const;

const present = (name: keyof typeof LIMITS) => Type.Optional(limit(LIMITS[name]));
const changed = (name: keyof typeof LIMITS) => Type.Optional(limit(LIMITS[name], { minimum: 0, maximum: MAX_COUNT }));

export const ProjectRateLimit = named(
  'ProjectRateLimit',
  Type.Object({
    object: Type.Literal('project.rate_limit'),
    id: Type.String(),
    model: Type.String({ description: 'The model that the limit applies to.' }),
    max_requests_per_1_minute: limit(LIMITS.max_requests_per_1_minute),
    max_tokens_per_1_minute: limit(LIMITS.max_tokens_per_1_minute),
    max_images_per_1_minute: present('max_images_per_1_minute'),
    max_audio_megabytes_per_1_minute: present('max_audio_megabytes_per_1_minute'),
    max_requests_per_1_day: present('max_requests_per_1_day'),
    batch_1_day_max_input_tokens: present('batch_1_day_max_input_tokens'),
  }),
);
export type ProjectRateLimit = Static<typeof ProjectRateLimit>;

export const ProjectRateLimitListResponse = page('ProjectRateLimitListResponse', ProjectRateLimit);
export type ProjectRateLimitListResponse = Static<typeof ProjectRateLimitListResponse>;

export const ProjectRateLimitUpdateRequest = named(
  'ProjectRateLimitUpdateRequest',
  Type.Object(
    {
      max_requests_per_1_minute: changed('max_requests_per_1_minute'),
      max_tokens_per_1_minute: changed('max_tokens_per_1_minute'),
      max_images_per_1_minute: changed('max_images_per_1_minute'),
      max_audio_megabytes_per_1_minute: changed('max_audio_megabytes_per_1_minute'),
      max_requests_per_1_day: changed('max_requests_per_1_day'),
      batch_1_day_max_input_tokens: changed('batch_1_day_max_input_tokens'),
    },
    { additionalProperties: false },
  ),
);
export type ProjectRateLimitUpdateRequest = Static<typeof ProjectRateLimitUpdateRequest>;

export const list = operation({
  id: 'organization.projects.rateLimits.list',
  method: 'GET',
  path: '/organization/projects/{project_id}/rate_limits',
  summary: 'Lists the rate limits of a project, one per model.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: afterQuery({ limit: 100, max: 100 }, { before: beforeParam }),
  response: ProjectRateLimitListResponse,
});

export const update = operation({
  id: 'organization.projects.rateLimits.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/rate_limits/{rate_limit_id}',
  summary: 'Changes a rate limit of a project; absent limits do not change.',
  authority: 'admin',
  params: pathParams('project_id', 'rate_limit_id'),
  body: ProjectRateLimitUpdateRequest,
  response: ProjectRateLimit,
});
