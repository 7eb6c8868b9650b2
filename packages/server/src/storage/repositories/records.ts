/** Stored records. Times are Unix milliseconds; an absent value is null, never undefined. */

/** The single row that identifies the installation. It is created at first start and never changes. */
export interface InstallationRecord {
  /** Random text mixed into the hash of every API key. */
  apiKeyPepper: string;
  /** The organization created at first start. */
  organizationId: string;
  /** The default project, used by the loopback address and by keys without a named project. */
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
  /** The displayable part, e.g. `sk-…abcd`. */
  redactedValue: string;
  createdAt: number;
  /** Written in groups, so it may lag by some seconds. */
  lastUsedAt: number | null;
  revokedAt: number | null;
}

/** One invocation of an operation, successful or not. */
export interface UsageEventRecord {
  id: string;
  organizationId: string;
  projectId: string;
  /** Null for a call over the loopback address without a key. */
  apiKeyId: string | null;
  /** Operation id of the contract, e.g. `chat.completions.create`. */
  operationId: string;
  /** The model that answered; null when no model was used. */
  modelId: string | null;
  inputTokens: number;
  outputTokens: number;
  /** Number of `inputTokens` served from a cache. */
  cachedInputTokens: number;
  /** Number of model requests, as the usage report counts them. */
  requests: number;
  startedAt: number;
  /** Whole milliseconds. */
  durationMs: number;
  /** HTTP status; 499 when the client disconnected before the end. */
  status: number;
}
