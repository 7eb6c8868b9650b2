/** Invites to the organization: `organization.invites.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, nullable, oneOf } from '../schema.ts';
import { deletion, pathParams, unixTime } from './fields.ts';
import { afterQuery } from './pages.ts';

const projectRoles = (description: string) =>
  Type.Array(
    Type.Object({ id: Type.String({ description: 'Id of the project.' }), role: oneOf(['member', 'owner']) }),
    {
      description,
    },
  );

export const Invite = named(
  'Invite',
  Type.Object({
    object: Type.Literal('organization.invite'),
    id: Type.String(),
    email: Type.String(),
    role: oneOf(['owner', 'reader']),
    status: oneOf(['accepted', 'expired', 'pending']),
    created_at: unixTime('the invite was created'),
    invited_at: Type.Integer({ deprecated: true, description: 'The same as `created_at`, for older clients.' }),
    expires_at: Type.Optional(nullable(unixTime('the invite expires'))),
    accepted_at: Type.Optional(nullable(unixTime('the invite was accepted'))),
    projects: projectRoles('Projects that the user joins with the invite.'),
  }),
);
export type Invite = Static<typeof Invite>;

export const InviteListResponse = page('InviteListResponse', Invite);
export type InviteListResponse = Static<typeof InviteListResponse>;

export const InviteRequest = named(
  'InviteRequest',
  Type.Object(
    {
      email: Type.String({ description: 'Email address of the user.' }),
      role: oneOf(['reader', 'owner'], { description: 'Role of the user in the organization.' }),
      projects: Type.Optional(
        projectRoles('Projects that the user joins with the invite. Default: the default project; `[]` means none.'),
      ),
    },
    { additionalProperties: false },
  ),
);
export type InviteRequest = Static<typeof InviteRequest>;

export const InviteDeleteResponse = deletion('InviteDeleteResponse', 'organization.invite.deleted');
export type InviteDeleteResponse = Static<typeof InviteDeleteResponse>;

export const list = operation({
  id: 'organization.invites.list',
  method: 'GET',
  path: '/organization/invites',
  summary: 'Lists the invites of the organization.',
  authority: 'admin',
  query: afterQuery({ limit: 20, max: 100 }, {}),
  response: InviteListResponse,
});

export const create = operation({
  id: 'organization.invites.create',
  method: 'POST',
  path: '/organization/invites',
  summary: 'Invites a user to the organization.',
  authority: 'admin',
  body: InviteRequest,
  response: Invite,
});

export const retrieve = operation({
  id: 'organization.invites.retrieve',
  method: 'GET',
  path: '/organization/invites/{invite_id}',
  summary: 'Retrieves an invite.',
  authority: 'admin',
  params: pathParams('invite_id'),
  response: Invite,
});

const deleteInvite = operation({
  id: 'organization.invites.delete',
  method: 'DELETE',
  path: '/organization/invites/{invite_id}',
  summary: 'Deletes an invite that was not accepted.',
  authority: 'admin',
  params: pathParams('invite_id'),
  response: InviteDeleteResponse,
});

export { deleteInvite as delete };
