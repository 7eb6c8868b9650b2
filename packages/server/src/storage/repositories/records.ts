/** What is stored, as the program sees it. Times are Unix milliseconds; an absent value is null, never undefined. */

/** The one row that says what this database is: made on first start, never changed. */
export interface InstallationRecord {
  /** Random text mixed into every API key's hash. */
  apiKeyPepper: string;
  /** The organization made on first start. */
  organizationId: string;
  /** The default project: what the loopback address and keys without a named project belong to. */
  projectId: string;
  createdAt: number;
}

export interface OrganizationRecord {
  /** `org-…` */
  id: string;
  name: string;
  createdAt: number;
}

export interface ProjectRecord {
  /** `proj_…` */
  id: string;
  organizationId: string;
  name: string;
  createdAt: number;
  /** Keys of an archived project are refused. */
  archivedAt: number | null;
}

export interface ApiKeyRecord {
  /** `key_…` */
  id: string;
  projectId: string;
  name: string;
  /** Lower-case hexadecimal, unique. The secret itself is stored nowhere. */
  keyHash: string;
  /** What may be shown, e.g. `sk-…abcd`. */
  redactedValue: string;
  createdAt: number;
  /** Written grouped: may lag by some seconds. */
  lastUsedAt: number | null;
  revokedAt: number | null;
}

/** One invocation of an operation, whatever its outcome. */
export interface UsageEventRecord {
  id: string;
  organizationId: string;
  projectId: string;
  /** Null when the call came over the loopback address without a key. */
  apiKeyId: string | null;
  /** The contract's operation id, e.g. `chat.completions.create`. */
  operationId: string;
  /** The model that really answered; null where no model took part. */
  modelId: string | null;
  inputTokens: number;
  outputTokens: number;
  /** The part of `inputTokens` that was served from a cache. */
  cachedInputTokens: number;
  /** Model requests made, as the usage report counts them; 0 or more. */
  requests: number;
  startedAt: number;
  /** Milliseconds, whole. */
  durationMs: number;
  /** HTTP status of the outcome; 499 when the caller left before the end. */
  status: number;
}
