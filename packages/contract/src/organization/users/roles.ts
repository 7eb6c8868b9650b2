/** Roles of a user: `organization.users.roles.*`. */
import { operation } from '../../operation.ts';
import { pathParams } from '../fields.ts';
import {
  AssignedRoleDetails,
  DeletedRoleAssignmentResource,
  PublicAssignOrganizationGroupRoleBody,
  RoleListResource,
  rolesQuery,
  UserRoleAssignment,
} from '../role-objects.ts';

export const list = operation({
  id: 'organization.users.roles.list',
  method: 'GET',
  path: '/organization/users/{user_id}/roles',
  summary: 'Lists the roles of a user.',
  authority: 'admin',
  params: pathParams('user_id'),
  query: rolesQuery,
  response: RoleListResource,
});

export const create = operation({
  id: 'organization.users.roles.create',
  method: 'POST',
  path: '/organization/users/{user_id}/roles',
  summary: 'Assigns a role to a user.',
  authority: 'admin',
  params: pathParams('user_id'),
  body: PublicAssignOrganizationGroupRoleBody,
  response: UserRoleAssignment,
});

export const retrieve = operation({
  id: 'organization.users.roles.retrieve',
  method: 'GET',
  path: '/organization/users/{user_id}/roles/{role_id}',
  summary: 'Retrieves a role of a user.',
  authority: 'admin',
  params: pathParams('user_id', 'role_id'),
  response: AssignedRoleDetails,
});

const deleteRole = operation({
  id: 'organization.users.roles.delete',
  method: 'DELETE',
  path: '/organization/users/{user_id}/roles/{role_id}',
  summary: 'Removes a role from a user.',
  authority: 'admin',
  params: pathParams('user_id', 'role_id'),
  response: DeletedRoleAssignmentResource,
});

export { deleteRole as delete };
