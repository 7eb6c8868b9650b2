/** The `organization` group: the administration API. */
export * as adminApiKeys from './organization/admin-api-keys.ts';
export * as auditLogs from './organization/audit-logs.ts';
export * as certificates from './organization/certificates.ts';
export * as dataRetention from './organization/data-retention.ts';
export * as groups from './organization/groups.ts';
export * as invites from './organization/invites.ts';
export * as projects from './organization/projects.ts';
export * as roles from './organization/roles.ts';
export * as spendAlerts from './organization/spend-alerts.ts';
export * as spendLimit from './organization/spend-limit.ts';
export * as usage from './organization/usage.ts';
export * as users from './organization/users.ts';
