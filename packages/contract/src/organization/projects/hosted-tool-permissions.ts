/** Tools that a project may use: `organization.projects.hostedToolPermissions.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../../operation.ts';
import { named, nullable, ref } from '../../schema.ts';
import { pathParams } from '../fields.ts';

export const HostedToolPermission = named('HostedToolPermission', Type.Object({ enabled: Type.Boolean() }));
export type HostedToolPermission = Static<typeof HostedToolPermission>;

export const ProjectHostedToolPermissions = named(
  'ProjectHostedToolPermissions',
  Type.Object({
    file_search: ref(HostedToolPermission),
    web_search: ref(HostedToolPermission),
    image_generation: ref(HostedToolPermission),
    mcp: ref(HostedToolPermission),
    code_interpreter: ref(HostedToolPermission),
  }),
);
export type ProjectHostedToolPermissions = Static<typeof ProjectHostedToolPermissions>;

export const HostedToolPermissionUpdate = named(
  'HostedToolPermissionUpdate',
  Type.Object({ enabled: Type.Boolean({ description: 'Whether the project may use the tool.' }) }),
);
export type HostedToolPermissionUpdate = Static<typeof HostedToolPermissionUpdate>;

const permission = Type.Optional(nullable(ref(HostedToolPermissionUpdate)));

export const ProjectHostedToolPermissionsUpdateRequest = named(
  'ProjectHostedToolPermissionsUpdateRequest',
  Type.Object(
    {
      file_search: permission,
      web_search: permission,
      image_generation: permission,
      mcp: permission,
      code_interpreter: permission,
    },
    { additionalProperties: false },
  ),
);
export type ProjectHostedToolPermissionsUpdateRequest = Static<typeof ProjectHostedToolPermissionsUpdateRequest>;

export const retrieve = operation({
  id: 'organization.projects.hostedToolPermissions.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/hosted_tool_permissions',
  summary: 'Retrieves which tools a project may use.',
  authority: 'admin',
  params: pathParams('project_id'),
  response: ProjectHostedToolPermissions,
});

export const update = operation({
  id: 'organization.projects.hostedToolPermissions.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/hosted_tool_permissions',
  summary: 'Changes which tools a project may use; absent tools do not change.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: ProjectHostedToolPermissionsUpdateRequest,
  response: ProjectHostedToolPermissions,
});
