/** Groups of users: `organization.groups.*`. */
import Type, { type Static } from 'typebox';
import { pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, oneOf } from '../schema.ts';
import { deletion, pathParams, unixTime } from './fields.ts';
import { nextPage } from './pages.ts';

const MAX_GROUP_NAME_LENGTH = 255;

const groupName = Type.String({
  minLength: 1,
  maxLength: MAX_GROUP_NAME_LENGTH,
  description: `Name of the group, 1 to ${MAX_GROUP_NAME_LENGTH} characters.`,
});

const group = {
  id: Type.String(),
  name: Type.String(),
  created_at: unixTime('the group was created'),
  is_scim_managed: Type.Boolean({ description: 'Whether an identity provider manages the group by SCIM.' }),
};

export const GROUP_TYPES = ['group', 'tenant_group'] as const;

export const GroupResponse = named('GroupResponse', Type.Object({ ...group, group_type: oneOf(GROUP_TYPES) }));
export type GroupResponse = Static<typeof GroupResponse>;

export const GroupResourceWithSuccess = named('GroupResourceWithSuccess', Type.Object(group));
export type GroupResourceWithSuccess = Static<typeof GroupResourceWithSuccess>;

export const GroupListResource = nextPage('GroupListResource', GroupResponse);
export type GroupListResource = Static<typeof GroupListResource>;

export const CreateGroupBody = named(
  'CreateGroupBody',
  Type.Object({ name: groupName }, { additionalProperties: false }),
);
export type CreateGroupBody = Static<typeof CreateGroupBody>;

export const UpdateGroupBody = named(
  'UpdateGroupBody',
  Type.Object({ name: groupName }, { additionalProperties: false }),
);
export type UpdateGroupBody = Static<typeof UpdateGroupBody>;

export const GroupDeletedResource = deletion('GroupDeletedResource', 'group.deleted');
export type GroupDeletedResource = Static<typeof GroupDeletedResource>;

export const list = operation({
  id: 'organization.groups.list',
  method: 'GET',
  path: '/organization/groups',
  summary: 'Lists the groups of the organization.',
  authority: 'admin',
  query: pageQuery({ limit: 100, min: 0, max: 1000, order: 'asc' }, {}),
  response: GroupListResource,
});

export const create = operation({
  id: 'organization.groups.create',
  method: 'POST',
  path: '/organization/groups',
  summary: 'Creates a group.',
  authority: 'admin',
  body: CreateGroupBody,
  response: GroupResponse,
});

export const retrieve = operation({
  id: 'organization.groups.retrieve',
  method: 'GET',
  path: '/organization/groups/{group_id}',
  summary: 'Retrieves a group.',
  authority: 'admin',
  params: pathParams('group_id'),
  response: GroupResponse,
});

export const update = operation({
  id: 'organization.groups.update',
  method: 'POST',
  path: '/organization/groups/{group_id}',
  summary: 'Renames a group.',
  authority: 'admin',
  params: pathParams('group_id'),
  body: UpdateGroupBody,
  response: GroupResourceWithSuccess,
});

const deleteGroup = operation({
  id: 'organization.groups.delete',
  method: 'DELETE',
  path: '/organization/groups/{group_id}',
  summary: 'Deletes a group.',
  authority: 'admin',
  params: pathParams('group_id'),
  response: GroupDeletedResource,
});

export * as roles from './groups/roles.ts';
export * as users from './groups/users.ts';
export { deleteGroup as delete };
