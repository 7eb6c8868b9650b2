/**
 * Door: runs. Their statuses are those of the loop (`generation/loop/loop-state.ts`).
 * Every change of a run holds the lock of its thread, so that transitions follow each other. Deleting a thread deletes
 * its runs.
 */
import type { ToolResources } from './assistants.ts';
import type { ModelCall } from './model-calls.ts';
import type { Listed, ListPage } from './page.ts';

export type RunStatus =
  | 'queued'
  | 'in_progress'
  /** The model called functions of the client, which has to submit their outputs. */
  | 'waiting_for_outputs'
  | 'cancelling'
  | 'cancelled'
  | 'failed'
  | 'completed'
  | 'incomplete'
  | 'expired';

export interface RunError {
  code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt';
  message: string;
}

/** The token budget of the client that is exhausted. */
export type RunBudget = 'max_completion_tokens' | 'max_prompt_tokens';

/** The settings of a run: those of its assistant with the overrides of the request. Never changed. */
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

/** The step that is being written, and its message. */
export interface OpenStep {
  stepId: string;
  messageId: string | null;
}

/** Fields that can change. */
export interface RunFields {
  status: RunStatus;
  metadata: Readonly<Record<string, string>>;
  open: OpenStep | null;
  calls: readonly ModelCall[];
  /** Tokens of all turns so far. */
  promptTokens: number;
  completionTokens: number;
  lastError: RunError | null;
  incompleteReason: RunBudget | null;
  /** The job that executes the run. */
  jobId: string | null;
  /** The attempt of the job that may write; writes of other attempts are refused. */
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
  /** The model's name in the request. */
  model: string;
  definition: RunDefinition;
  /** The key whose usage the run counts for. Null: the request had no key. */
  apiKeyId: string | null;
  createdAt: number;
  /** An active run expires at this time. */
  expiresAt: number;
}

export interface RunRepository {
  /** Throws ConstraintViolation when the id exists or the thread does not. */
  create(record: Omit<RunRecord, 'projectId'>): Promise<void>;
  retrieve(threadId: string, id: string): Promise<RunRecord | undefined>;
  list(threadId: string, page: ListPage): Promise<Listed<RunRecord>>;
  /** Changes the given fields. Returns the changed record; undefined when there is none. */
  update(threadId: string, id: string, fields: Partial<RunFields>): Promise<RunRecord | undefined>;
}

/** Runs of all projects, for housekeeping. */
export interface SystemRunRepository {
  /** Active runs whose expiry has passed, the longest expired first. */
  listExpired(limit: number): Promise<Pick<RunRecord, 'id' | 'projectId' | 'threadId'>[]>;
}
