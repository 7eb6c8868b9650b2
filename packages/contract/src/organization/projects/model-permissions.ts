/** Models that a project may use: `organization.projects.modelPermissions.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../../operation.ts';
import { named, oneOf } from '../../schema.ts';
import { pathParams, removal } from '../fields.ts';

const permissions = {
  mode: oneOf(['allow_list', 'deny_list'], { description: 'Whether the listed models are allowed or denied.' }),
  model_ids: Type.Array(Type.String(), { description: 'Ids of the models.' }),
};

export const ProjectModelPermissions = named(
  'ProjectModelPermissions',
  Type.Object({ object: Type.Literal('project.model_permissions'), ...permissions }),
);
export type ProjectModelPermissions = Static<typeof ProjectModelPermissions>;

export const ProjectModelPermissionsUpdateRequest = named(
  'ProjectModelPermissionsUpdateRequest',
  Type.Object(permissions, { additionalProperties: false }),
);
export type ProjectModelPermissionsUpdateRequest = Static<typeof ProjectModelPermissionsUpdateRequest>;

export const ProjectModelPermissionsDeleteResponse = removal(
  'ProjectModelPermissionsDeleteResponse',
  'project.model_permissions.deleted',
);
export type ProjectModelPermissionsDeleteResponse = Static<typeof ProjectModelPermissionsDeleteResponse>;

export const retrieve = operation({
  id: 'organization.projects.modelPermissions.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/model_permissions',
  summary: 'Retrieves which models a project may use.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: ProjectModelPermissions,
});

export const update = operation({
  id: 'organization.projects.modelPermissions.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/model_permissions',
  summary: 'Replaces the list of models that a project may or may not use.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: ProjectModelPermissionsUpdateRequest,
  response: ProjectModelPermissions,
});

const deleteModelPermissions = operation({
  id: 'organization.projects.modelPermissions.delete',
  method: 'DELETE',
  path: '/organization/projects/{project_id}/model_permissions',
  summary: 'Deletes the list, so that the project may use every model.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: ProjectModelPermissionsDeleteResponse,
});

export { deleteModelPermissions as delete };
