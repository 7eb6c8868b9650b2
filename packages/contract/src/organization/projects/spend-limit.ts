/** The costs at which requests of a project are refused: `organization.projects.spendLimit.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../../operation.ts';
import { named } from '../../schema.ts';
import { pathParams, removal } from '../fields.ts';
import { spendLimit, spendLimitBody } from '../spending.ts';

export const ProjectSpendLimitResource = named(
  'ProjectSpendLimitResource',
  Type.Object({ object: Type.Literal('project.spend_limit'), ...spendLimit }),
);
export type ProjectSpendLimitResource = Static<typeof ProjectSpendLimitResource>;

export const UpdateProjectSpendLimitBody = spendLimitBody('UpdateProjectSpendLimitBody');
export type UpdateProjectSpendLimitBody = Static<typeof UpdateProjectSpendLimitBody>;

export const ProjectSpendLimitDeletedResource = removal(
  'ProjectSpendLimitDeletedResource',
  'project.spend_limit.deleted',
);
export type ProjectSpendLimitDeletedResource = Static<typeof ProjectSpendLimitDeletedResource>;

export const retrieve = operation({
  id: 'organization.projects.spendLimit.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/spend_limit',
  summary: 'Retrieves the spend limit of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: ProjectSpendLimitResource,
});

export const update = operation({
  id: 'organization.projects.spendLimit.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/spend_limit',
  summary: 'Creates or replaces the spend limit of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: UpdateProjectSpendLimitBody,
  response: ProjectSpendLimitResource,
});

const deleteSpendLimit = operation({
  id: 'organization.projects.spendLimit.delete',
  method: 'DELETE',
  path: '/organization/projects/{project_id}/spend_limit',
  summary: 'Deletes the spend limit of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: ProjectSpendLimitDeletedResource,
});

export { deleteSpendLimit as delete };
