/** Service accounts, users of a project that are programs: `organization.projects.serviceAccounts.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named, nullable, oneOf, ref } from '../../schema.ts';
import { deletion, keyLifetime, pathParams, unixTime } from '../fields.ts';
import { afterQuery } from '../pages.ts';
import { unredactedKey } from './service-accounts/unredacted-key.ts';

const common = {
  object: Type.Literal('organization.project.service_account'),
  id: Type.String(),
  name: Type.String(),
  created_at: unixTime('the service account was created'),
};

export const ProjectServiceAccount = named(
  'ProjectServiceAccount',
  Type.Object({ ...common, role: oneOf(['owner', 'member', 'none']) }),
);
export type ProjectServiceAccount = Static<typeof ProjectServiceAccount>;

export const ProjectServiceAccountListResponse = page('ProjectServiceAccountListResponse', ProjectServiceAccount);
export type ProjectServiceAccountListResponse = Static<typeof ProjectServiceAccountListResponse>;

export const ProjectServiceAccountApiKey = named('ProjectServiceAccountApiKey', Type.Object(unredactedKey));
export type ProjectServiceAccountApiKey = Static<typeof ProjectServiceAccountApiKey>;

export const ProjectServiceAccountCreateRequest = named(
  'ProjectServiceAccountCreateRequest',
  Type.Object(
    {
      name: Type.String({ description: 'Name of the service account, for people.' }),
      create_service_account_only: Type.Optional(
        nullable(Type.Boolean({ description: 'Whether the account starts with neither a role nor an API key.' })),
      ),
      expires_in_seconds: keyLifetime,
    },
    { additionalProperties: false },
  ),
);
export type ProjectServiceAccountCreateRequest = Static<typeof ProjectServiceAccountCreateRequest>;

export const ProjectServiceAccountCreateResponse = named(
  'ProjectServiceAccountCreateResponse',
  Type.Object({
    ...common,
    role: oneOf(['member', 'none'], { description: '`none` if only the account was created.' }),
    api_key: nullable(ref(ProjectServiceAccountApiKey)),
  }),
);
export type ProjectServiceAccountCreateResponse = Static<typeof ProjectServiceAccountCreateResponse>;

export const UpdateProjectServiceAccountBody = named(
  'UpdateProjectServiceAccountBody',
  Type.Object(
    {
      name: Type.Optional(Type.String({ description: 'The new name.' })),
      role: Type.Optional(oneOf(['member', 'owner'], { description: 'The new role in the project.' })),
    },
    { additionalProperties: false },
  ),
);
export type UpdateProjectServiceAccountBody = Static<typeof UpdateProjectServiceAccountBody>;

export const ProjectServiceAccountDeleteResponse = deletion(
  'ProjectServiceAccountDeleteResponse',
  'organization.project.service_account.deleted',
);
export type ProjectServiceAccountDeleteResponse = Static<typeof ProjectServiceAccountDeleteResponse>;

export const list = operation({
  id: 'organization.projects.serviceAccounts.list',
  method: 'GET',
  path: '/organization/projects/{project_id}/service_accounts',
  summary: 'Lists the service accounts of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: afterQuery({ limit: 20, max: 100 }, {}),
  response: ProjectServiceAccountListResponse,
});

export const create = operation({
  id: 'organization.projects.serviceAccounts.create',
  method: 'POST',
  path: '/organization/projects/{project_id}/service_accounts',
  summary: 'Creates a service account and its first API key.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: ProjectServiceAccountCreateRequest,
  response: ProjectServiceAccountCreateResponse,
});

export const retrieve = operation({
  id: 'organization.projects.serviceAccounts.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/service_accounts/{service_account_id}',
  summary: 'Retrieves a service account.',
  authority: 'admin',
  params: pathParams('project_id', 'service_account_id'),
  response: ProjectServiceAccount,
});

export const update = operation({
  id: 'organization.projects.serviceAccounts.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/service_accounts/{service_account_id}',
  summary: 'Changes a service account.',
  authority: 'admin',
  params: pathParams('project_id', 'service_account_id'),
  body: UpdateProjectServiceAccountBody,
  response: ProjectServiceAccount,
});

const deleteServiceAccount = operation({
  id: 'organization.projects.serviceAccounts.delete',
  method: 'DELETE',
  path: '/organization/projects/{project_id}/service_accounts/{service_account_id}',
  summary: 'Deletes a service account and its API keys.',
  authority: 'admin',
  params: pathParams('project_id', 'service_account_id'),
  response: ProjectServiceAccountDeleteResponse,
});

export * as apiKeys from './service-accounts/api-keys.ts';
export { deleteServiceAccount as delete };
