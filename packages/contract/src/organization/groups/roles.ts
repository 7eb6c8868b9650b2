/** Roles of a group: `organization.groups.roles.*`. */
import { operation } from '../../operation.ts';
import { pathParams } from '../fields.ts';
import {
  AssignedRoleDetails,
  DeletedRoleAssignmentResource,
  GroupRoleAssignment,
  PublicAssignOrganizationGroupRoleBody,
  RoleListResource,
  rolesQuery,
} from '../role-objects.ts';

export const list = operation({
  id: 'organization.groups.roles.list',
  method: 'GET',
  path: '/organization/groups/{group_id}/roles',
  summary: 'Lists the roles of a group.',
  authority: 'admin',
  params: pathParams('group_id'),
  query: rolesQuery,
  response: RoleListResource,
});

export const create = operation({
  id: 'organization.groups.roles.create',
  method: 'POST',
  path: '/organization/groups/{group_id}/roles',
  summary: 'Assigns a role to a group.',
  authority: 'admin',
  params: pathParams('group_id'),
  body: PublicAssignOrganizationGroupRoleBody,
  response: GroupRoleAssignment,
});

export const retrieve = operation({
  id: 'organization.groups.roles.retrieve',
  method: 'GET',
  path: '/organization/groups/{group_id}/roles/{role_id}',
  summary: 'Retrieves a role of a group.',
  authority: 'admin',
  params: pathParams('group_id', 'role_id'),
  response: AssignedRoleDetails,
});

const deleteRole = operation({
  id: 'organization.groups.roles.delete',
  method: 'DELETE',
  path: '/organization/groups/{group_id}/roles/{role_id}',
  summary: 'Removes a role from a group.',
  authority: 'admin',
  params: pathParams('group_id', 'role_id'),
  response: DeletedRoleAssignmentResource,
});

export { deleteRole as delete };
