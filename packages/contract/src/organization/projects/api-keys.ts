/** API keys of a project: `organization.projects.apiKeys.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named, nullable, oneOf, ref } from '../../schema.ts';
import { deletion, pathParams, unixTime } from '../fields.ts';
import { afterQuery } from '../pages.ts';

/** Properties that only older clients read. */
const OLDER = { deprecated: true };

const owner = {
  id: Type.String(),
  name: Type.String(),
  created_at: unixTime('the owner was created'),
  role: Type.String({ description: 'Role of the owner in the project.' }),
};

export const ProjectApiKeyOwnerUser = named(
  'ProjectApiKeyOwnerUser',
  Type.Object({
    object: Type.Literal('organization.project.user', OLDER),
    ...owner,
    email: Type.String(),
    added_at: Type.Integer({ ...OLDER, description: 'Unix time in seconds at which the user joined the project.' }),
  }),
);
export type ProjectApiKeyOwnerUser = Static<typeof ProjectApiKeyOwnerUser>;

export const ProjectApiKeyOwnerServiceAccount = named(
  'ProjectApiKeyOwnerServiceAccount',
  Type.Object({ object: Type.Literal('organization.project.service_account', OLDER), ...owner }),
);
export type ProjectApiKeyOwnerServiceAccount = Static<typeof ProjectApiKeyOwnerServiceAccount>;

const ACCESS = ['active', 'inactive'] as const;

export const ProjectApiKey = named(
  'ProjectApiKey',
  Type.Object({
    object: Type.Literal('organization.project.api_key'),
    id: Type.String(),
    name: Type.String(),
    redacted_value: Type.String({ description: 'The first and last characters of the key.' }),
    created_at: unixTime('the key was created'),
    last_used_at: nullable(unixTime('the key was last used')),
    owner_project_access: oneOf(ACCESS, { description: 'Whether the owner of the key has access to the project.' }),
    owner: Type.Object({
      type: Type.Optional(oneOf(['user', 'service_account'])),
      user: Type.Optional(ref(ProjectApiKeyOwnerUser)),
      service_account: Type.Optional(ref(ProjectApiKeyOwnerServiceAccount)),
    }),
  }),
);
export type ProjectApiKey = Static<typeof ProjectApiKey>;

export const ProjectApiKeyListResponse = page('ProjectApiKeyListResponse', ProjectApiKey);
export type ProjectApiKeyListResponse = Static<typeof ProjectApiKeyListResponse>;

export const ProjectApiKeyDeleteResponse = deletion(
  'ProjectApiKeyDeleteResponse',
  'organization.project.api_key.deleted',
);
export type ProjectApiKeyDeleteResponse = Static<typeof ProjectApiKeyDeleteResponse>;

export const list = operation({
  id: 'organization.projects.apiKeys.list',
  method: 'GET',
  path: '/organization/projects/{project_id}/api_keys',
  summary: 'Lists the API keys of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: afterQuery(
    { limit: 20, max: 100 },
    {
      owner_project_access: Type.Optional(
        oneOf([...ACCESS, 'any'], { description: 'Only keys whose owner has access to the project, or has none.' }),
      ),
    },
  ),
  response: ProjectApiKeyListResponse,
});

export const retrieve = operation({
  id: 'organization.projects.apiKeys.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/api_keys/{api_key_id}',
  summary: 'Retrieves an API key of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'api_key_id'),
  response: ProjectApiKey,
});

const deleteApiKey = operation({
  id: 'organization.projects.apiKeys.delete',
  method: 'DELETE',
  path: '/organization/projects/{project_id}/api_keys/{api_key_id}',
  summary: 'Deletes an API key of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'api_key_id'),
  response: ProjectApiKeyDeleteResponse,
});

export { deleteApiKey as delete };
