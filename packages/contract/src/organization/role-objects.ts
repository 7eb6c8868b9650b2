/** Roles, sets of permissions, and their assignments to users and groups. */
import Type, { type Static } from 'typebox';
import { pageQuery } from '../common/pages.ts';
import { anyObject, named, nullable, ref } from '../schema.ts';
import { deletion, unixTime } from './fields.ts';
import { nextPage } from './pages.ts';
import { User } from './user-object.ts';

const role = {
  id: Type.String(),
  name: Type.String(),
  description: nullable(Type.String()),
  permissions: Type.Array(Type.String()),
  resource_type: Type.String({ description: 'What the role applies to: `api.organization` or `api.project`.' }),
  predefined_role: Type.Boolean({ description: 'Whether the server defines the role.' }),
};

export const Role = named('Role', Type.Object({ object: Type.Literal('role'), ...role }));
export type Role = Static<typeof Role>;

export const PublicRoleListResource = nextPage('PublicRoleListResource', Role);
export type PublicRoleListResource = Static<typeof PublicRoleListResource>;

export const AssignedRoleDetails = named(
  'AssignedRoleDetails',
  Type.Object({
    ...role,
    created_at: nullable(unixTime('the role was created')),
    updated_at: nullable(unixTime('the role was changed last')),
    created_by: nullable(Type.String(), { description: 'Id of the user who created the role.' }),
    created_by_user_obj: nullable(anyObject(), { description: 'The user who created the role.' }),
    metadata: nullable(anyObject()),
    assignment_sources: nullable(
      Type.Array(Type.Object({ principal_id: Type.String(), principal_type: Type.String() })),
      { description: 'The users or groups through which the role is assigned.' },
    ),
  }),
);
export type AssignedRoleDetails = Static<typeof AssignedRoleDetails>;

export const RoleListResource = nextPage('RoleListResource', AssignedRoleDetails);
export type RoleListResource = Static<typeof RoleListResource>;

const roleName = Type.String({ description: 'Name of the role, unique in the organization or project.' });
const permissions = Type.Array(Type.String(), { description: 'Permissions that the role grants.' });

export const PublicCreateOrganizationRoleBody = named(
  'PublicCreateOrganizationRoleBody',
  Type.Object(
    { role_name: roleName, permissions, description: Type.Optional(nullable(Type.String())) },
    { additionalProperties: false },
  ),
);
export type PublicCreateOrganizationRoleBody = Static<typeof PublicCreateOrganizationRoleBody>;

export const PublicUpdateOrganizationRoleBody = named(
  'PublicUpdateOrganizationRoleBody',
  Type.Object(
    {
      role_name: Type.Optional(nullable(roleName)),
      permissions: Type.Optional(nullable(permissions)),
      description: Type.Optional(nullable(Type.String())),
    },
    { additionalProperties: false },
  ),
);
export type PublicUpdateOrganizationRoleBody = Static<typeof PublicUpdateOrganizationRoleBody>;

export const RoleDeletedResource = deletion('RoleDeletedResource', 'role.deleted');
export type RoleDeletedResource = Static<typeof RoleDeletedResource>;

/** Query of a list of roles, or of the roles of a user or group. */
export const rolesQuery = pageQuery({ limit: 1000, min: 0, max: 1000, order: 'asc' }, {});

export const PublicAssignOrganizationGroupRoleBody = named(
  'PublicAssignOrganizationGroupRoleBody',
  Type.Object({ role_id: Type.String({ description: 'Id of the role to assign.' }) }, { additionalProperties: false }),
);
export type PublicAssignOrganizationGroupRoleBody = Static<typeof PublicAssignOrganizationGroupRoleBody>;

export const Group = named(
  'Group',
  Type.Object({
    object: Type.Literal('group'),
    id: Type.String(),
    name: Type.String(),
    created_at: unixTime('the group was created'),
    scim_managed: Type.Boolean({ description: 'Whether an identity provider manages the group by SCIM.' }),
  }),
);
export type Group = Static<typeof Group>;

export const GroupRoleAssignment = named(
  'GroupRoleAssignment',
  Type.Object({ object: Type.Literal('group.role'), group: ref(Group), role: ref(Role) }),
);
export type GroupRoleAssignment = Static<typeof GroupRoleAssignment>;

export const UserRoleAssignment = named(
  'UserRoleAssignment',
  Type.Object({ object: Type.Literal('user.role'), user: ref(User), role: ref(Role) }),
);
export type UserRoleAssignment = Static<typeof UserRoleAssignment>;

export const DeletedRoleAssignmentResource = named(
  'DeletedRoleAssignmentResource',
  Type.Object({
    object: Type.String({ description: '`group.role.deleted` or `user.role.deleted`.' }),
    deleted: Type.Boolean(),
  }),
);
export type DeletedRoleAssignmentResource = Static<typeof DeletedRoleAssignmentResource>;
