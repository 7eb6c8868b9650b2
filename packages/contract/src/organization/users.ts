/** Users of the organization: `organization.users.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, nullable } from '../schema.ts';
import { deletion, pathParams } from './fields.ts';
import { afterQuery } from './pages.ts';
import { User } from './user-object.ts';

export const UserListResponse = page('UserListResponse', User);
export type UserListResponse = Static<typeof UserListResponse>;

export const UserRoleUpdateRequest = named(
  'UserRoleUpdateRequest',
  Type.Object(
    {
      role: Type.Optional(nullable(Type.String(), { description: '`owner` or `reader`.' })),
      role_id: Type.Optional(nullable(Type.String(), { description: 'Id of a role to assign instead.' })),
      technical_level: Type.Optional(nullable(Type.String(), { description: 'Recorded with the user.' })),
      developer_persona: Type.Optional(nullable(Type.String(), { description: 'Recorded with the user.' })),
    },
    { additionalProperties: false },
  ),
);
export type UserRoleUpdateRequest = Static<typeof UserRoleUpdateRequest>;

export const UserDeleteResponse = deletion('UserDeleteResponse', 'organization.user.deleted');
export type UserDeleteResponse = Static<typeof UserDeleteResponse>;

export const list = operation({
  id: 'organization.users.list',
  method: 'GET',
  path: '/organization/users',
  summary: 'Lists the users of the organization.',
  authority: 'admin',
  query: afterQuery(
    { limit: 20, max: 100 },
    { emails: Type.Optional(Type.Array(Type.String(), { description: 'Only users with these email addresses.' })) },
  ),
  response: UserListResponse,
});

export const retrieve = operation({
  id: 'organization.users.retrieve',
  method: 'GET',
  path: '/organization/users/{user_id}',
  summary: 'Retrieves a user of the organization.',
  authority: 'admin',
  params: pathParams('user_id'),
  response: User,
});

export const update = operation({
  id: 'organization.users.update',
  method: 'POST',
  path: '/organization/users/{user_id}',
  summary: 'Changes the role of a user in the organization.',
  authority: 'admin',
  params: pathParams('user_id'),
  body: UserRoleUpdateRequest,
  response: User,
});

const deleteUser = operation({
  id: 'organization.users.delete',
  method: 'DELETE',
  path: '/organization/users/{user_id}',
  summary: 'Removes a user from the organization.',
  authority: 'admin',
  params: pathParams('user_id'),
  response: UserDeleteResponse,
});

export * as roles from './users/roles.ts';
export { deleteUser as delete };
