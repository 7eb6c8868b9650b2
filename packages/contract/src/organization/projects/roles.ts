/** Roles of a project: `organization.projects.roles.*`. */
import { operation } from '../../operation.ts';
import { pathParams } from '../fields.ts';
import {
  PublicCreateOrganizationRoleBody,
  PublicRoleListResource,
  PublicUpdateOrganizationRoleBody,
  Role,
  RoleDeletedResource,
  rolesQuery,
} from '../role-objects.ts';

export const list = operation({
  id: 'organization.projects.roles.list',
  method: 'GET',
  path: '/projects/{project_id}/roles',
  summary: 'Lists the roles of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: rolesQuery,
  response: PublicRoleListResource,
});

export const create = operation({
  id: 'organization.projects.roles.create',
  method: 'POST',
  path: '/projects/{project_id}/roles',
  summary: 'Creates a role of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: PublicCreateOrganizationRoleBody,
  response: Role,
});

export const retrieve = operation({
  id: 'organization.projects.roles.retrieve',
  method: 'GET',
  path: '/projects/{project_id}/roles/{role_id}',
  summary: 'Retrieves a role of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'role_id'),
  response: Role,
});

export const update = operation({
  id: 'organization.projects.roles.update',
  method: 'POST',
  path: '/projects/{project_id}/roles/{role_id}',
  summary: 'Changes a role of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'role_id'),
  body: PublicUpdateOrganizationRoleBody,
  response: Role,
});

const deleteRole = operation({
  id: 'organization.projects.roles.delete',
  method: 'DELETE',
  path: '/projects/{project_id}/roles/{role_id}',
  summary: 'Deletes a role of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'role_id'),
  response: RoleDeletedResource,
});

export { deleteRole as delete };
