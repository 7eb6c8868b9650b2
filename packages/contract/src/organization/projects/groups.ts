/** Groups that have access to a project: `organization.projects.groups.*`. */
import Type, { type Static } from 'typebox';
import { pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named, oneOf } from '../../schema.ts';
import { pathParams, removal, unixTime } from '../fields.ts';
import { GROUP_TYPES } from '../groups.ts';
import { nextPage } from '../pages.ts';

export const ProjectGroup = named(
  'ProjectGroup',
  Type.Object({
    object: Type.Literal('project.group'),
    project_id: Type.String(),
    group_id: Type.String(),
    group_name: Type.String(),
    group_type: oneOf(GROUP_TYPES),
    created_at: unixTime('the group got access'),
  }),
);
export type ProjectGroup = Static<typeof ProjectGroup>;

export const ProjectGroupListResource = nextPage('ProjectGroupListResource', ProjectGroup);
export type ProjectGroupListResource = Static<typeof ProjectGroupListResource>;

export const InviteProjectGroupBody = named(
  'InviteProjectGroupBody',
  Type.Object(
    {
      group_id: Type.String({ description: 'Id of the group.' }),
      role: Type.String({ description: 'Id of the role of the project that the group gets.' }),
    },
    { additionalProperties: false },
  ),
);
export type InviteProjectGroupBody = Static<typeof InviteProjectGroupBody>;

export const ProjectGroupDeletedResource = removal('ProjectGroupDeletedResource', 'project.group.deleted');
export type ProjectGroupDeletedResource = Static<typeof ProjectGroupDeletedResource>;

export const list = operation({
  id: 'organization.projects.groups.list',
  method: 'GET',
  path: '/organization/projects/{project_id}/groups',
  summary: 'Lists the groups that have access to a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: pageQuery({ limit: 20, min: 0, max: 100, order: 'asc' }, {}),
  response: ProjectGroupListResource,
});

export const create = operation({
  id: 'organization.projects.groups.create',
  method: 'POST',
  path: '/organization/projects/{project_id}/groups',
  summary: 'Gives a group access to a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: InviteProjectGroupBody,
  response: ProjectGroup,
});

export const retrieve = operation({
  id: 'organization.projects.groups.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/groups/{group_id}',
  summary: 'Retrieves a group that has access to a project.',
  authority: 'admin',
  params: pathParams('project_id', 'group_id'),
  query: Type.Object({
    group_type: Type.Optional(oneOf(GROUP_TYPES, { default: 'group', description: 'Kind of group.' })),
  }),
  response: ProjectGroup,
});

const deleteGroup = operation({
  id: 'organization.projects.groups.delete',
  method: 'DELETE',
  path: '/organization/projects/{project_id}/groups/{group_id}',
  summary: 'Removes the access of a group to a project.',
  authority: 'admin',
  params: pathParams('project_id', 'group_id'),
  response: ProjectGroupDeletedResource,
});

export * as roles from './groups/roles.ts';
export { deleteGroup as delete };
