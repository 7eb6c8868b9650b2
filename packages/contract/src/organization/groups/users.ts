/** Members of a group: `organization.groups.users.*`. */
import Type, { type Static } from 'typebox';
import { pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named, nullable, oneOf } from '../../schema.ts';
import { pathParams, removal } from '../fields.ts';
import { nextPage } from '../pages.ts';

const user = { id: Type.String(), name: Type.String(), email: nullable(Type.String()) };

export const GroupUser = named('GroupUser', Type.Object(user));
export type GroupUser = Static<typeof GroupUser>;

export const GroupMemberUser = named(
  'GroupMemberUser',
  Type.Object({
    ...user,
    picture: nullable(Type.String(), { description: 'URL of a picture of the user.' }),
    is_service_account: nullable(Type.Boolean()),
    user_type: oneOf(['user', 'tenant_user']),
  }),
);
export type GroupMemberUser = Static<typeof GroupMemberUser>;

export const UserListResource = nextPage('UserListResource', GroupUser);
export type UserListResource = Static<typeof UserListResource>;

export const CreateGroupUserBody = named(
  'CreateGroupUserBody',
  Type.Object(
    { user_id: Type.String({ description: 'Id of a user of the organization.' }) },
    { additionalProperties: false },
  ),
);
export type CreateGroupUserBody = Static<typeof CreateGroupUserBody>;

export const GroupUserAssignment = named(
  'GroupUserAssignment',
  Type.Object({ object: Type.Literal('group.user'), user_id: Type.String(), group_id: Type.String() }),
);
export type GroupUserAssignment = Static<typeof GroupUserAssignment>;

export const GroupUserDeletedResource = removal('GroupUserDeletedResource', 'group.user.deleted');
export type GroupUserDeletedResource = Static<typeof GroupUserDeletedResource>;

export const list = operation({
  id: 'organization.groups.users.list',
  method: 'GET',
  path: '/organization/groups/{group_id}/users',
  summary: 'Lists the users of a group.',
  authority: 'admin',
  params: pathParams('group_id'),
  query: pageQuery({ limit: 100, min: 0, max: 1000 }, {}),
  response: UserListResource,
});

export const create = operation({
  id: 'organization.groups.users.create',
  method: 'POST',
  path: '/organization/groups/{group_id}/users',
  summary: 'Adds a user to a group.',
  authority: 'admin',
  params: pathParams('group_id'),
  body: CreateGroupUserBody,
  response: GroupUserAssignment,
});

export const retrieve = operation({
  id: 'organization.groups.users.retrieve',
  method: 'GET',
  path: '/organization/groups/{group_id}/users/{user_id}',
  summary: 'Retrieves a user of a group.',
  authority: 'admin',
  params: pathParams('group_id', 'user_id'),
  response: GroupMemberUser,
});

const deleteUser = operation({
  id: 'organization.groups.users.delete',
  method: 'DELETE',
  path: '/organization/groups/{group_id}/users/{user_id}',
  summary: 'Removes a user from a group.',
  authority: 'admin',
  params: pathParams('group_id', 'user_id'),
  response: GroupUserDeletedResource,
});

export { deleteUser as delete };
