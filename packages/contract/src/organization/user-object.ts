/** Users of the organization. */
import Type, { type Static } from 'typebox';
import { named, nullable } from '../schema.ts';
import { unixTime } from './fields.ts';

const optionalText = Type.Optional(nullable(Type.String()));

export const User = named(
  'User',
  Type.Object({
    object: Type.Literal('organization.user'),
    id: Type.String(),
    name: optionalText,
    email: optionalText,
    role: Type.Optional(nullable(Type.String(), { description: '`owner` or `reader`.' })),
    added_at: unixTime('the user joined the organization'),
    is_default: Type.Optional(Type.Boolean({ description: 'Whether this is the default user of the organization.' })),
    created: Type.Optional(unixTime('the user was created')),
    user: Type.Optional(
      Type.Object({
        object: Type.Literal('user'),
        id: Type.String(),
        email: optionalText,
        name: optionalText,
        picture: Type.Optional(nullable(Type.String(), { description: 'URL of a picture of the user.' })),
        enabled: Type.Optional(nullable(Type.Boolean())),
        banned: Type.Optional(nullable(Type.Boolean())),
        banned_at: Type.Optional(nullable(unixTime('the user was banned'))),
      }),
    ),
    is_service_account: Type.Optional(Type.Boolean()),
    is_scale_tier_authorized_purchaser: Type.Optional(nullable(Type.Boolean())),
    is_scim_managed: Type.Optional(Type.Boolean({ description: 'Whether an identity provider manages the user.' })),
    api_key_last_used_at: Type.Optional(nullable(unixTime('an API key of the user was last used'))),
    technical_level: optionalText,
    developer_persona: optionalText,
    projects: Type.Optional(
      nullable(
        Type.Object({
          object: Type.Literal('list'),
          data: Type.Array(Type.Object({ id: optionalText, name: optionalText, role: optionalText })),
        }),
      ),
    ),
  }),
);
export type User = Static<typeof User>;
