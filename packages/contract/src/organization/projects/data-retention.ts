/** How long a project keeps data: `organization.projects.dataRetention.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../../operation.ts';
import { named, oneOf } from '../../schema.ts';
import { RETENTION_TYPES } from '../data-retention.ts';
import { pathParams } from '../fields.ts';

const PROJECT_RETENTION_TYPES = ['organization_default', 'none', ...RETENTION_TYPES] as const;

export const ProjectDataRetention = named(
  'ProjectDataRetention',
  Type.Object({ object: Type.Literal('project.data_retention'), type: oneOf(PROJECT_RETENTION_TYPES) }),
);
export type ProjectDataRetention = Static<typeof ProjectDataRetention>;

export const UpdateProjectDataRetentionBody = named(
  'UpdateProjectDataRetentionBody',
  Type.Object(
    {
      retention_type: oneOf(PROJECT_RETENTION_TYPES, {
        description: 'The retention of the project; `organization_default` follows the organization.',
      }),
    },
    { additionalProperties: false },
  ),
);
export type UpdateProjectDataRetentionBody = Static<typeof UpdateProjectDataRetentionBody>;

export const retrieve = operation({
  id: 'organization.projects.dataRetention.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/data_retention',
  summary: 'Retrieves the data retention of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: ProjectDataRetention,
});

export const update = operation({
  id: 'organization.projects.dataRetention.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/data_retention',
  summary: 'Sets the data retention of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: UpdateProjectDataRetentionBody,
  response: ProjectDataRetention,
});
