/** API keys that administer the organization: `organization.adminApiKeys.*`. */
import Type, { type Static } from 'typebox';
import { page, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, nullable } from '../schema.ts';
import { deletion, pathParams, unixTime } from './fields.ts';

/** A year. */
const MAX_KEY_LIFETIME_S = 365 * 24 * 3600;

const adminApiKey = {
  object: Type.Literal('organization.admin_api_key'),
  id: Type.String(),
  name: Type.Optional(nullable(Type.String())),
  redacted_value: Type.String({ description: 'The first and last characters of the key.' }),
  created_at: unixTime('the key was created'),
  expires_at: nullable(unixTime('the key expires'), { description: 'Unix time in seconds; null: it does not expire.' }),
  last_used_at: Type.Optional(nullable(unixTime('the key was last used'))),
  owner: Type.Object(
    {
      type: Type.Optional(Type.String({ description: '`user`, or `service_account`.' })),
      object: Type.Optional(Type.String({ description: '`organization.user`, or the object of a service account.' })),
      id: Type.Optional(Type.String()),
      name: Type.Optional(Type.String()),
      created_at: Type.Optional(unixTime('the owner was created')),
      role: Type.Optional(Type.String({ description: 'Always `owner`.' })),
    },
    { description: 'The user for whom the key acts.' },
  ),
};

export const AdminApiKey = named('AdminApiKey', Type.Object(adminApiKey));
export type AdminApiKey = Static<typeof AdminApiKey>;

export const AdminApiKeyCreateResponse = named(
  'AdminApiKeyCreateResponse',
  Type.Object({ ...adminApiKey, value: Type.String({ description: 'The key, which is returned only once.' }) }),
);
export type AdminApiKeyCreateResponse = Static<typeof AdminApiKeyCreateResponse>;

export const ApiKeyList = page('ApiKeyList', AdminApiKey);
export type ApiKeyList = Static<typeof ApiKeyList>;

export const CreateAdminApiKeyRequest = named(
  'CreateAdminApiKeyRequest',
  Type.Object(
    {
      name: Type.String({ description: 'Name of the key, for people.' }),
      expires_in_seconds: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_KEY_LIFETIME_S,
          description: 'Seconds until the key expires, up to a year. Default: it does not expire.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateAdminApiKeyRequest = Static<typeof CreateAdminApiKeyRequest>;

export const DeleteAdminApiKeyResponse = deletion('DeleteAdminApiKeyResponse', 'organization.admin_api_key.deleted');
export type DeleteAdminApiKeyResponse = Static<typeof DeleteAdminApiKeyResponse>;

export const list = operation({
  id: 'organization.adminApiKeys.list',
  method: 'GET',
  path: '/organization/admin_api_keys',
  summary: 'Lists the admin API keys of the organization.',
  authority: 'admin',
  query: pageQuery({ limit: 20, max: 100, order: 'asc' }, {}),
  response: ApiKeyList,
});

export const create = operation({
  id: 'organization.adminApiKeys.create',
  method: 'POST',
  path: '/organization/admin_api_keys',
  summary: 'Creates an admin API key.',
  authority: 'admin',
  body: CreateAdminApiKeyRequest,
  response: AdminApiKeyCreateResponse,
});

export const retrieve = operation({
  id: 'organization.adminApiKeys.retrieve',
  method: 'GET',
  path: '/organization/admin_api_keys/{key_id}',
  summary: 'Retrieves an admin API key.',
  authority: 'admin',
  params: pathParams('key_id'),
  response: AdminApiKey,
});

const deleteAdminApiKey = operation({
  id: 'organization.adminApiKeys.delete',
  method: 'DELETE',
  path: '/organization/admin_api_keys/{key_id}',
  summary: 'Deletes an admin API key.',
  authority: 'admin',
  params: pathParams('key_id'),
  response: DeleteAdminApiKeyResponse,
});

export { deleteAdminApiKey as delete };
