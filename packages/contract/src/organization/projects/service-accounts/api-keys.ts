/** API keys of a service account: `organization.projects.serviceAccounts.apiKeys.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../../../operation.ts';
import { named } from '../../../schema.ts';
import { keyLifetime, pathParams } from '../../fields.ts';
import { unredactedKey } from './unredacted-key.ts';

export const CreateProjectServiceAccountApiKeyBody = named(
  'CreateProjectServiceAccountApiKeyBody',
  Type.Object(
    {
      name: Type.Optional(Type.String({ description: 'Name of the key, for people.' })),
      scopes: Type.Optional(Type.Array(Type.String(), { description: 'What the key may do. Default: everything.' })),
      expires_in_seconds: keyLifetime,
    },
    { additionalProperties: false },
  ),
);
export type CreateProjectServiceAccountApiKeyBody = Static<typeof CreateProjectServiceAccountApiKeyBody>;

export const ServiceAccountApiKeyBody = named('ServiceAccountApiKeyBody', Type.Object(unredactedKey));
export type ServiceAccountApiKeyBody = Static<typeof ServiceAccountApiKeyBody>;

export const create = operation({
  id: 'organization.projects.serviceAccounts.apiKeys.create',
  method: 'POST',
  path: '/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys',
  summary: 'Creates an API key of a service account.',
  authority: 'admin',
  params: pathParams('project_id', 'service_account_id'),
  body: CreateProjectServiceAccountApiKeyBody,
  response: ServiceAccountApiKeyBody,
});
