/** One event of the audit log. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { accessAuditLogDetails } from './audit-log-access-details.ts';
import { auditLogDetails } from './audit-log-details.ts';
import { AuditLogEventType } from './audit-log-event-type.ts';
import { unixTime } from './fields.ts';

export const AuditLogActorUser = named(
  'AuditLogActorUser',
  Type.Object({ id: Type.Optional(Type.String()), email: Type.Optional(Type.String()) }),
);
export type AuditLogActorUser = Static<typeof AuditLogActorUser>;

export const AuditLogActorSession = named(
  'AuditLogActorSession',
  Type.Object({
    user: Type.Optional(ref(AuditLogActorUser)),
    ip_address: Type.Optional(Type.String({ description: 'Address from which the action was requested.' })),
  }),
);
export type AuditLogActorSession = Static<typeof AuditLogActorSession>;

export const AuditLogActorServiceAccount = named(
  'AuditLogActorServiceAccount',
  Type.Object({ id: Type.Optional(Type.String()) }),
);
export type AuditLogActorServiceAccount = Static<typeof AuditLogActorServiceAccount>;

export const AuditLogActorApiKey = named(
  'AuditLogActorApiKey',
  Type.Object({
    id: Type.Optional(Type.String()),
    type: Type.Optional(oneOf(['user', 'service_account'], { description: 'Kind of owner of the key.' })),
    user: Type.Optional(ref(AuditLogActorUser)),
    service_account: Type.Optional(ref(AuditLogActorServiceAccount)),
  }),
);
export type AuditLogActorApiKey = Static<typeof AuditLogActorApiKey>;

export const AuditLogActor = named(
  'AuditLogActor',
  Type.Object({
    type: Type.Optional(oneOf(['session', 'api_key'])),
    session: Type.Optional(ref(AuditLogActorSession)),
    api_key: Type.Optional(ref(AuditLogActorApiKey)),
  }),
);
export type AuditLogActor = Static<typeof AuditLogActor>;

export const AuditLog = named(
  'AuditLog',
  Type.Object({
    id: Type.String(),
    type: ref(AuditLogEventType),
    effective_at: unixTime('the event happened'),
    project: Type.Optional(
      Type.Object(
        { id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) },
        { description: 'The project of the action, if it concerns one.' },
      ),
    ),
    actor: Type.Optional(nullable(ref(AuditLogActor), { description: 'The session or API key that acted.' })),
    ...auditLogDetails,
    ...accessAuditLogDetails,
  }),
);
export type AuditLog = Static<typeof AuditLog>;
