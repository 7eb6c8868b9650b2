/** Records of who changed what: `organization.auditLogs.*`. */
import Type, { type Static } from 'typebox';
import { beforeParam, page } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { ref } from '../schema.ts';
import { AuditLog } from './audit-log.ts';
import { AuditLogEventType } from './audit-log-event-type.ts';
import { idsFilter } from './fields.ts';
import { afterQuery } from './pages.ts';

const RANGE = { gt: 'Only after', gte: 'Only at or after', lt: 'Only before', lte: 'Only at or before' } as const;
const bound = (key: keyof typeof RANGE) =>
  Type.Optional(Type.Integer({ description: `${RANGE[key]} this Unix time in seconds.` }));

export const ListAuditLogsResponse = page('ListAuditLogsResponse', AuditLog);
export type ListAuditLogsResponse = Static<typeof ListAuditLogsResponse>;

export const list = operation({
  id: 'organization.auditLogs.list',
  method: 'GET',
  path: '/organization/audit_logs',
  summary: 'Lists the audit log of the organization, newest events first.',
  authority: 'admin',
  query: afterQuery(
    { limit: 20, max: 100 },
    {
      effective_at: Type.Optional(
        Type.Object(
          { gt: bound('gt'), gte: bound('gte'), lt: bound('lt'), lte: bound('lte') },
          { description: 'Only events of a range of time.' },
        ),
      ),
      project_ids: idsFilter('Only events of these projects.'),
      event_types: Type.Optional(Type.Array(ref(AuditLogEventType), { description: 'Only events of these types.' })),
      actor_ids: idsFilter('Only events of these actors: ids of users, service accounts or API keys.'),
      actor_emails: idsFilter('Only events of users with these email addresses.'),
      resource_ids: idsFilter('Only events on these objects, e.g. the id of a project.'),
      tenant_only: Type.Optional(
        Type.Boolean({ default: false, description: 'Only events above the level of one organization.' }),
      ),
      before: beforeParam,
    },
  ),
  response: ListAuditLogsResponse,
});
