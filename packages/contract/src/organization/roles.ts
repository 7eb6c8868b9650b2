/** Roles of the organization: `organization.roles.*`. */
import { operation } from '../operation.ts';
import { pathParams } from './fields.ts';
import {
  PublicCreateOrganizationRoleBody,
  PublicRoleListResource,
  PublicUpdateOrganizationRoleBody,
  Role,
  RoleDeletedResource,
  rolesQuery,
} from './role-objects.ts';

export const list = operation({
  id: 'organization.roles.list',
  method: 'GET',
  path: '/organization/roles',
  summary: 'Lists the roles of the organization.',
  authority: 'admin',
  query: rolesQuery,
  response: PublicRoleListResource,
});

export const create = operation({
  id: 'organization.roles.create',
  method: 'POST',
  path: '/organization/roles',
  summary: 'Creates a role of the organization.',
  authority: 'admin',
  body: PublicCreateOrganizationRoleBody,
  response: Role,
});

export const retrieve = operation({
  id: 'organization.roles.retrieve',
  method: 'GET',
  path: '/organization/roles/{role_id}',
  summary: 'Retrieves a role of the organization.',
  authority: 'admin',
  params: pathParams('role_id'),
  response: Role,
});

export const update = operation({
  id: 'organization.roles.update',
  method: 'POST',
  path: '/organization/roles/{role_id}',
  summary: 'Changes a role of the organization.',
  authority: 'admin',
  params: pathParams('role_id'),
  body: PublicUpdateOrganizationRoleBody,
  response: Role,
});

const deleteRole = operation({
  id: 'organization.roles.delete',
  method: 'DELETE',
  path: '/organization/roles/{role_id}',
  summary: 'Deletes a role of the organization.',
  authority: 'admin',
  params: pathParams('role_id'),
  response: RoleDeletedResource,
});

export { deleteRole as delete };
