/** Intended differences of the administration API. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern:
      /^latest response (ApiKeyList|ListAuditLogsResponse|(Invite|Project|User|Project(ApiKey|RateLimit|ServiceAccount|User))ListResponse)\.(first_id|last_id): is required only here$/,
    reason: 'every list of this server has the ids of its first and last object',
  },
  {
    pattern:
      /^2025-04 response ((Invite|Project|User|Project(ApiKey|RateLimit|ServiceAccount|User))ListResponse\.(first_id|last_id)|UsageResponse\.next_page): null is allowed here, not there$/,
    reason: 'an empty page has no first and no last object, and the last page no next one',
  },
  {
    pattern: /^\S+ response (ProjectUserListResponse|ApiKeyList)\.object: only list here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern:
      /^2025-04 response (AdminApiKey|AdminApiKeyCreateResponse|DeleteAdminApiKeyResponse)\.object: only \S+ here, any value there$/,
    reason: 'the only value that the description shows',
  },
  {
    pattern:
      /^latest request organization\.(projects\.)?(groups|users)\.roles\.list query "(limit|order)": default is \S+ here, absent there$/,
    reason: 'the description has no defaults for assigned roles; these are the defaults of the lists of roles',
  },
  {
    pattern:
      /^latest request organization\.(projects\.)?spendAlerts\.list query "limit": default is 20 here, absent there$/,
    reason: 'the prose has the default',
  },
  {
    pattern: /^\S+ request organization\.adminApiKeys\.list query "after": null is allowed there, not here$/,
    reason: 'a query cannot contain null',
  },
  {
    pattern:
      /^latest response (ServiceAccountApiKeyBody|(Organization|Project)SpendLimit(Deleted)?Resource)\.object: default is absent here, \S+ there$/,
    reason: 'a response has no defaults: the property is always present',
  },
  {
    pattern:
      /^latest response (Invite\.invited_at|UsageTimeBucket\.result|ProjectApiKeyOwner(User|ServiceAccount)\.(object|added_at)): is only here$/,
    reason: 'the description of 2025-04 requires the property, and clients of that time read it',
  },
  {
    pattern: /^latest request UploadCertificateRequest\.content: is only here$/,
    reason: 'the name of `certificate` in the description of 2025-04',
  },
  {
    pattern: /^latest request UploadCertificateRequest\.certificate: is required only there$/,
    reason: 'the handler requires `certificate` or its older name',
  },
  {
    pattern:
      /^2025-04 response (AdminApiKey(CreateResponse)?\.(name|last_used_at)|AuditLog\.actor|Project\.(name|status)|(ProjectUser|User)\.(name|email|role)|Invite\.expires_at|UsageTimeBucket\.result): (null is allowed here, not there|is required only there)$/,
    reason: 'optional in the current description; null only if the object has no such value',
  },
  {
    pattern:
      /^2025-04 response ((OrganizationCertificate|OrganizationProjectCertificate|Certificate)\.name|Invite\.accepted_at|ProjectApiKey\.last_used_at|ProjectServiceAccountCreateResponse\.api_key): null is allowed here, not there$/,
    reason: 'null as in the current description; the older one says so only in its examples, or not at all',
  },
  {
    pattern:
      /^2025-04 (request|response) AuditLogEventType: lacks the values checkpoint_permission\.created, checkpoint_permission\.deleted$/,
    reason: 'renamed since to `checkpoint.permission.created` and `checkpoint.permission.deleted`',
  },
  {
    pattern: /^2025-04 response AuditLog\.checkpoint_permission\.(created|deleted): is missing$/,
    reason: 'renamed since to `checkpoint.permission.created` and `checkpoint.permission.deleted`',
  },
  {
    pattern: /^2025-04 response AuditLog\.organization\.updated\.changes_requested\.settings: is missing$/,
    reason: 'the current description has the settings beside the other changes',
  },
  {
    pattern: /^2025-04 response AdminApiKey\.value: is missing$/,
    reason: 'only the response that creates a key contains it, as in the current description',
  },
  {
    pattern:
      /^2025-04 response Organization(Project)?Certificate\.(object: lacks the values|certificate_details\.content: is missing)/,
    reason: 'the older description has one schema for all certificates; lists contain one kind, without the content',
  },
  {
    pattern:
      /^2025-04 response Organization(Project)?Certificate(Dea|A)ctivationResponse\.(first_id|last_id|has_more|object): /,
    reason: 'the older description calls the response a list; the current one gives it a name and no pages',
  },
  {
    pattern:
      /^(latest|2025-04) (request|response) (AuditLogEventType: has the values external_storage|PublicProjectResidency: has the values JP_STORAGE_PROCESSING)/,
    reason: 'newer than the description: the official client 7.57 sends the values',
  },
  {
    pattern:
      /^latest request organization\.usage\.(costs|completions|webSearchCalls) query "group_by"\[\]: has the values (user_id, )?api_source only here$/,
    reason: 'newer than the description: the official client 7.57 sends the values',
  },
  {
    pattern:
      /^latest request (organization\.usage\.costs query "line_items"|Project(Create|Update)Request\.geography|(CreateProjectServiceAccountApiKeyBody|ProjectServiceAccountCreateRequest)\.expires_in_seconds): is only here$/,
    reason: 'newer than the description: the official client 7.57 sends the parameter',
  },
  {
    pattern:
      /^latest response (Usage(Completions|WebSearchCalls)Result\.api_source|CostsResult\.(api_source|user_id)): is only here$/,
    reason: 'newer than the description: the official client 7.57 reads the property',
  },
  {
    pattern: /^2025-04 response UsageCodeInterpreterSessionsResult\.sessions: is required only there$/,
    reason: 'the older description requires a property that it does not declare',
  },
  {
    pattern: /^\S+ request ProjectRateLimitUpdateRequest\.\w+: minimum is 0 here, absent there$/,
    reason: 'a negative limit has no meaning',
  },
];
