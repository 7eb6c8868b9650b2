/**
 * Door: runs of assistants on threads. What has the form of the API is kept in that form. A run goes with its thread. Whoever changes a run
 * holds its thread's lock, so that transitions follow each other.
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

/** A call that the run's model made last. */
export interface RunCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
  output: string | null;
  /** How the API shows it, where it is no function but a tool of the server: in the form of the API under the tool's name. */
  own?: { type: 'file_search' | 'code_interpreter'; details: Readonly<Record<string, unknown>> };
}

/** What a run does, from its assistant and its own overrides: never changed. */
export interface RunDefinition {
  instructions: string;
  tools: readonly Readonly<Record<string, unknown>>[];
  toolResources: ToolResources;
  /** Null where neither the run nor its assistant sets it. */
  temperature: number | null;
  /** Null where neither the run nor its assistant sets it. */
  topP: number | null;
  maxPromptTokens: number | null;
  maxCompletionTokens: number | null;
  truncation: { type: 'auto' } | { type: 'last_messages'; lastMessages: number };
  /** `none`, `auto`, `required`, or an object of the API. */
  toolChoice: string | Readonly<Record<string, unknown>>;
  /** Null where the run does not set it. */
  parallelToolCalls: boolean | null;
  /** `auto`, or an object of the API. */
  responseFormat: string | Readonly<Record<string, unknown>>;
  reasoningEffort: string | null;
}

/** What is open: the step that is being written, and its message. */
export interface OpenStep {
  stepId: string;
  messageId: string | null;
}

/** What may be changed. */
export interface RunFields {
  status: RunStatus;
  metadata: Readonly<Record<string, string>>;
  open: OpenStep | null;
  calls: readonly RunCall[];
  /** Tokens of all turns so far. */
  promptTokens: number;
  completionTokens: number;
  lastError: { code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt'; message: string } | null;
  incompleteReason: 'max_completion_tokens' | 'max_prompt_tokens' | null;
  /** The job that works on it, if any does. */
  jobId: string | null;
  /** Which attempt of the job: what another one still writes is refused. */
  attempt: number;
  startedAt: number | null;
  cancelledAt: number | null;
  failedAt: number | null;
  completedAt: number | null;
}

export interface RunRecord extends RunFields {
  /** `run_…`; also the id of its stream of events. */
  id: string;
  projectId: string;
  threadId: string;
  assistantId: string;
  /** As the caller named it. */
  model: string;
  definition: RunDefinition;
  /** Whose key pays for it. Null: none was used. */
  apiKeyId: string | null;
  createdAt: number;
  /** From this time on it is over, whatever it did. */
  expiresAt: number;
}

export interface RunRepository {
  /** Throws ConstraintViolation when the id exists or the thread does not. */
  create(record: Omit<RunRecord, 'projectId'>): Promise<void>;
  retrieve(threadId: string, id: string): Promise<RunRecord | undefined>;
  list(threadId: string, page: ListPage): Promise<Listed<RunRecord>>;
  /** Changes the fields that are given. Answers the record as it is then; undefined when there is none. */
  update(threadId: string, id: string, fields: Partial<RunFields>): Promise<RunRecord | undefined>;
}

/** Of all projects, for housekeeping. */
export interface SystemRunRepository {
  /** Runs that are active though their time is over, the longest expired first. */
  listExpired(limit: number): Promise<Pick<RunRecord, 'id' | 'projectId' | 'threadId'>[]>;
}
