/** Projects, which own the other objects of the API: `organization.projects.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { pathParams, unixTime } from './fields.ts';
import { afterQuery } from './pages.ts';

export const PublicProjectResidency = named(
  'PublicProjectResidency',
  oneOf(
    [
      'GLOBAL',
      'US_STORAGE_PROCESSING',
      'EU_STORAGE_PROCESSING',
      'JP_STORAGE',
      'JP_STORAGE_PROCESSING',
      'KR_STORAGE',
      'CA_STORAGE',
      'SG_STORAGE',
      'IN_STORAGE',
      'IN_STORAGE_PROCESSING',
      'AU_STORAGE',
      'AU_STORAGE_PROCESSING',
      'GB_STORAGE',
      'AE_STORAGE',
      'AE_STORAGE_PROCESSING',
    ],
    { description: 'Region in which data is stored and processed.' },
  ),
);
export type PublicProjectResidency = Static<typeof PublicProjectResidency>;

const externalKey = Type.Optional(
  nullable(Type.String(), { description: 'Id of an external encryption key of the project.' }),
);

const geography = Type.Optional(
  nullable(Type.String(), { deprecated: true, description: 'Region of the data; `residency` replaces it.' }),
);

export const Project = named(
  'Project',
  Type.Object({
    object: Type.Literal('organization.project'),
    id: Type.String(),
    name: Type.Optional(nullable(Type.String())),
    created_at: unixTime('the project was created'),
    archived_at: Type.Optional(nullable(unixTime('the project was archived'))),
    status: Type.Optional(nullable(Type.String(), { description: '`active` or `archived`.' })),
    external_key_id: externalKey,
    residency: Type.Optional(ref(PublicProjectResidency)),
  }),
);
export type Project = Static<typeof Project>;

export const ProjectListResponse = page('ProjectListResponse', Project);
export type ProjectListResponse = Static<typeof ProjectListResponse>;

export const ProjectCreateRequest = named(
  'ProjectCreateRequest',
  Type.Object(
    {
      name: Type.String({ description: 'Name of the project, for people.' }),
      residency: Type.Optional(nullable(ref(PublicProjectResidency))),
      external_key_id: externalKey,
      geography,
    },
    { additionalProperties: false },
  ),
);
export type ProjectCreateRequest = Static<typeof ProjectCreateRequest>;

export const ProjectUpdateRequest = named(
  'ProjectUpdateRequest',
  Type.Object(
    {
      name: Type.Optional(nullable(Type.String({ description: 'The new name.' }))),
      external_key_id: externalKey,
      geography,
    },
    { additionalProperties: false },
  ),
);
export type ProjectUpdateRequest = Static<typeof ProjectUpdateRequest>;

export const list = operation({
  id: 'organization.projects.list',
  method: 'GET',
  path: '/organization/projects',
  summary: 'Lists the projects of the organization.',
  authority: 'admin',
  query: afterQuery(
    { limit: 20, max: 100 },
    {
      include_archived: Type.Optional(
        Type.Boolean({ default: false, description: 'Whether archived projects are listed too.' }),
      ),
    },
  ),
  response: ProjectListResponse,
});

export const create = operation({
  id: 'organization.projects.create',
  method: 'POST',
  path: '/organization/projects',
  summary: 'Creates a project.',
  authority: 'admin',
  body: ProjectCreateRequest,
  response: Project,
});

export const retrieve = operation({
  id: 'organization.projects.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}',
  summary: 'Retrieves a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: Project,
});

export const update = operation({
  id: 'organization.projects.update',
  method: 'POST',
  path: '/organization/projects/{project_id}',
  summary: 'Changes a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: ProjectUpdateRequest,
  response: Project,
});

export const archive = operation({
  id: 'organization.projects.archive',
  method: 'POST',
  path: '/organization/projects/{project_id}/archive',
  summary: 'Archives a project, which then refuses all requests.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: Project,
});

export * as apiKeys from './projects/api-keys.ts';
export * as certificates from './projects/certificates.ts';
export * as dataRetention from './projects/data-retention.ts';
export * as groups from './projects/groups.ts';
export * as hostedToolPermissions from './projects/hosted-tool-permissions.ts';
export * as modelPermissions from './projects/model-permissions.ts';
export * as rateLimits from './projects/rate-limits.ts';
export * as roles from './projects/roles.ts';
export * as serviceAccounts from './projects/service-accounts.ts';
export * as spendAlerts from './projects/spend-alerts.ts';
export * as spendLimit from './projects/spend-limit.ts';
export * as users from './projects/users.ts';
