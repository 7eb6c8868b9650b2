/**
 * Door: runs of assistants on threads. Fields that are objects of the API are stored in wire format. Deleting a thread
 * deletes its runs. Invariant: an update of a run holds the lock of its thread, so that transitions are serialised.
 */
import type { ToolResources } from './assistants.ts';
import type { Listed, ListPage } from './page.ts';

export type RunStatus =
  | 'queued'
  | 'in_progress'
  | 'requires_action'
  | 'cancelling'
  | 'cancelled'
  | 'failed'
  | 'completed'
  | 'incomplete'
  | 'expired';

/** A tool call of the last turn of the model. */
export interface RunCall {
  id: string;
  name: string;
  /** JSON text of the model. */
  arguments: string;
  output: string | null;
  /** Wire format of a call of a server tool, under the name of the tool. Absent for functions. */
  own?: { type: 'file_search' | 'code_interpreter'; details: Readonly<Record<string, unknown>> };
}

/** Settings of a run, from its assistant and the overrides of the request. Immutable. */
export interface RunDefinition {
  instructions: string;
  tools: readonly Readonly<Record<string, unknown>>[];
  toolResources: ToolResources;
  /** Null when neither the run nor its assistant sets it. */
  temperature: number | null;
  /** Null when neither the run nor its assistant sets it. */
  topP: number | null;
  maxPromptTokens: number | null;
  maxCompletionTokens: number | null;
  truncation: { type: 'auto' } | { type: 'last_messages'; lastMessages: number };
  /** `none`, `auto`, `required`, or an object in wire format. */
  toolChoice: string | Readonly<Record<string, unknown>>;
  /** Null when the run does not set it. */
  parallelToolCalls: boolean | null;
  /** `auto`, or an object in wire format. */
  responseFormat: string | Readonly<Record<string, unknown>>;
  reasoningEffort: string | null;
}

/** The step in progress and its message. */
export interface OpenStep {
  stepId: string;
  messageId: string | null;
}

/** Mutable fields. */
export interface RunFields {
  status: RunStatus;
  metadata: Readonly<Record<string, string>>;
  open: OpenStep | null;
  calls: readonly RunCall[];
  /** Total of all turns. */
  promptTokens: number;
  completionTokens: number;
  lastError: { code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt'; message: string } | null;
  incompleteReason: 'max_completion_tokens' | 'max_prompt_tokens' | null;
  /** The current job of the run. */
  jobId: string | null;
  /** The current attempt of the job. Writes of other attempts are refused. */
  attempt: number;
  startedAt: number | null;
  cancelledAt: number | null;
  failedAt: number | null;
  completedAt: number | null;
}

export interface RunRecord extends RunFields {
  /** `run_…`; also the id of its event stream. */
  id: string;
  projectId: string;
  threadId: string;
  assistantId: string;
  /** The model name of the request. */
  model: string;
  definition: RunDefinition;
  /** The key of the request; null for the loopback principal. */
  apiKeyId: string | null;
  createdAt: number;
  /** The run expires at this time. */
  expiresAt: number;
}

export interface RunRepository {
  /** Throws ConstraintViolation when the id exists or the thread does not. */
  create(record: Omit<RunRecord, 'projectId'>): Promise<void>;
  retrieve(threadId: string, id: string): Promise<RunRecord | undefined>;
  list(threadId: string, page: ListPage): Promise<Listed<RunRecord>>;
  /** Updates the given fields and returns the record. Undefined when there is none. */
  update(threadId: string, id: string, fields: Partial<RunFields>): Promise<RunRecord | undefined>;
}

/** All projects, for housekeeping. */
export interface SystemRunRepository {
  /** Expired runs that are still active, the oldest expiry first. */
  listExpired(limit: number): Promise<Pick<RunRecord, 'id' | 'projectId' | 'threadId'>[]>;
}
