/** Door: steps of runs, numbered in their thread together with its messages. Deleting a run deletes its steps. */
import type { ModelCall } from './model-calls.ts';
import type { Listed, ListPage } from './page.ts';

export type RunStepStatus = 'in_progress' | 'cancelled' | 'failed' | 'completed' | 'expired';

/** Mutable fields. */
export interface RunStepFields {
  status: RunStepStatus;
  /** Empty in a step that creates a message. */
  calls: readonly ModelCall[];
  lastError: { code: 'server_error' | 'rate_limit_exceeded'; message: string } | null;
  /** Null until the turn has ended. */
  promptTokens: number | null;
  completionTokens: number | null;
  expiredAt: number | null;
  cancelledAt: number | null;
  failedAt: number | null;
  completedAt: number | null;
}

export interface RunStepRecord extends RunStepFields {
  /** `step_…` */
  id: string;
  projectId: string;
  threadId: string;
  runId: string;
  assistantId: string;
  /** Number in the thread. */
  seq: number;
  type: 'message_creation' | 'tool_calls';
  /** The message of a `message_creation` step. */
  messageId: string | null;
  createdAt: number;
}

export type NewRunStep = Omit<RunStepRecord, 'projectId' | 'seq'>;

export interface RunStepRepository {
  /** Throws ConstraintViolation when the run does not exist. */
  create(step: NewRunStep): Promise<RunStepRecord>;
  retrieve(runId: string, id: string): Promise<RunStepRecord | undefined>;
  /** In the order of `seq`. */
  list(runId: string, page: ListPage): Promise<Listed<RunStepRecord>>;
  /** Completed `tool_calls` steps of all runs of the thread with numbers between both (exclusive), the newest first. */
  listCalls(threadId: string, between: { after: number; before: number }): Promise<RunStepRecord[]>;
  /** Updates the given fields and returns the record. Undefined when there is none. */
  update(runId: string, id: string, fields: Partial<RunStepFields>): Promise<RunStepRecord | undefined>;
}
