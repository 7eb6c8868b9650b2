/** Users of a project: `organization.projects.users.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named, nullable } from '../../schema.ts';
import { deletion, pathParams, unixTime } from '../fields.ts';
import { afterQuery } from '../pages.ts';

const ROLE = '`owner` or `member`.';

export const ProjectUser = named(
  'ProjectUser',
  Type.Object({
    object: Type.Literal('organization.project.user'),
    id: Type.String(),
    name: Type.Optional(nullable(Type.String())),
    email: Type.Optional(nullable(Type.String())),
    role: Type.String({ description: ROLE }),
    added_at: unixTime('the user joined the project'),
  }),
);
export type ProjectUser = Static<typeof ProjectUser>;

export const ProjectUserListResponse = page('ProjectUserListResponse', ProjectUser);
export type ProjectUserListResponse = Static<typeof ProjectUserListResponse>;

export const ProjectUserCreateRequest = named(
  'ProjectUserCreateRequest',
  Type.Object(
    {
      user_id: Type.Optional(nullable(Type.String(), { description: 'Id of a user of the organization.' })),
      email: Type.Optional(nullable(Type.String(), { description: 'Email address of the user, instead of the id.' })),
      role: Type.String({ description: ROLE }),
    },
    { additionalProperties: false },
  ),
);
export type ProjectUserCreateRequest = Static<typeof ProjectUserCreateRequest>;

export const ProjectUserUpdateRequest = named(
  'ProjectUserUpdateRequest',
  Type.Object({ role: Type.Optional(nullable(Type.String(), { description: ROLE })) }, { additionalProperties: false }),
);
export type ProjectUserUpdateRequest = Static<typeof ProjectUserUpdateRequest>;

export const ProjectUserDeleteResponse = deletion('ProjectUserDeleteResponse', 'organization.project.user.deleted');
export type ProjectUserDeleteResponse = Static<typeof ProjectUserDeleteResponse>;

export const list = operation({
  id: 'organization.projects.users.list',
  method: 'GET',
  path: '/organization/projects/{project_id}/users',
  summary: 'Lists the users of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: afterQuery({ limit: 20, max: 100 }, {}),
  response: ProjectUserListResponse,
});

export const create = operation({
  id: 'organization.projects.users.create',
  method: 'POST',
  path: '/organization/projects/{project_id}/users',
  summary: 'Adds a user of the organization to a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: ProjectUserCreateRequest,
  response: ProjectUser,
});

export const retrieve = operation({
  id: 'organization.projects.users.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/users/{user_id}',
  summary: 'Retrieves a user of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'user_id'),
  response: ProjectUser,
});

export const update = operation({
  id: 'organization.projects.users.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/users/{user_id}',
  summary: 'Changes the role of a user in a project.',
  authority: 'admin',
  params: pathParams('project_id', 'user_id'),
  body: ProjectUserUpdateRequest,
  response: ProjectUser,
});

const deleteUser = operation({
  id: 'organization.projects.users.delete',
  method: 'DELETE',
  path: '/organization/projects/{project_id}/users/{user_id}',
  summary: 'Removes a user from a project.',
  authority: 'admin',
  params: pathParams('project_id', 'user_id'),
  response: ProjectUserDeleteResponse,
});

export * as roles from './users/roles.ts';
export { deleteUser as delete };
