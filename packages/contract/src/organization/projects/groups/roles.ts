/** Roles of a group in a project: `organization.projects.groups.roles.*`. */
import { operation } from '../../../operation.ts';
import { pathParams } from '../../fields.ts';
import {
  AssignedRoleDetails,
  DeletedRoleAssignmentResource,
  GroupRoleAssignment,
  PublicAssignOrganizationGroupRoleBody,
  RoleListResource,
  rolesQuery,
} from '../../role-objects.ts';

export const list = operation({
  id: 'organization.projects.groups.roles.list',
  method: 'GET',
  path: '/projects/{project_id}/groups/{group_id}/roles',
  summary: 'Lists the roles of a group in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'group_id'),
  query: rolesQuery,
  response: RoleListResource,
});

export const create = operation({
  id: 'organization.projects.groups.roles.create',
  method: 'POST',
  path: '/projects/{project_id}/groups/{group_id}/roles',
  summary: 'Assigns a role to a group in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'group_id'),
  body: PublicAssignOrganizationGroupRoleBody,
  response: GroupRoleAssignment,
});

export const retrieve = operation({
  id: 'organization.projects.groups.roles.retrieve',
  method: 'GET',
  path: '/projects/{project_id}/groups/{group_id}/roles/{role_id}',
  summary: 'Retrieves a role of a group in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'group_id', 'role_id'),
  response: AssignedRoleDetails,
});

const deleteRole = operation({
  id: 'organization.projects.groups.roles.delete',
  method: 'DELETE',
  path: '/projects/{project_id}/groups/{group_id}/roles/{role_id}',
  summary: 'Removes a role from a group in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'group_id', 'role_id'),
  response: DeletedRoleAssignmentResource,
});

export { deleteRole as delete };
