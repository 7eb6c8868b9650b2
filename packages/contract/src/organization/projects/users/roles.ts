/** Roles of a user in a project: `organization.projects.users.roles.*`. */
import { operation } from '../../../operation.ts';
import { pathParams } from '../../fields.ts';
import {
  AssignedRoleDetails,
  DeletedRoleAssignmentResource,
  PublicAssignOrganizationGroupRoleBody,
  RoleListResource,
  rolesQuery,
  UserRoleAssignment,
} from '../../role-objects.ts';

export const list = operation({
  id: 'organization.projects.users.roles.list',
  method: 'GET',
  path: '/projects/{project_id}/users/{user_id}/roles',
  summary: 'Lists the roles of a user in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'user_id'),
  query: rolesQuery,
  response: RoleListResource,
});

export const create = operation({
  id: 'organization.projects.users.roles.create',
  method: 'POST',
  path: '/projects/{project_id}/users/{user_id}/roles',
  summary: 'Assigns a role to a user in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'user_id'),
  body: PublicAssignOrganizationGroupRoleBody,
  response: UserRoleAssignment,
});

export const retrieve = operation({
  id: 'organization.projects.users.roles.retrieve',
  method: 'GET',
  path: '/projects/{project_id}/users/{user_id}/roles/{role_id}',
  summary: 'Retrieves a role of a user in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'user_id', 'role_id'),
  response: AssignedRoleDetails,
});

const deleteRole = operation({
  id: 'organization.projects.users.roles.delete',
  method: 'DELETE',
  path: '/projects/{project_id}/users/{user_id}/roles/{role_id}',
  summary: 'Removes a role from a user in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'user_id', 'role_id'),
  response: DeletedRoleAssignmentResource,
});

export { deleteRole as delete };
