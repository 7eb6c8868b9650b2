/** Door: steps of runs, numbered in their thread together with its messages. A step goes with its run. */
import type { Listed, ListPage } from './page.ts';
import type { RunCall } from './runs.ts';

export type RunStepStatus = 'in_progress' | 'cancelled' | 'failed' | 'completed' | 'expired';

/** What may be changed. */
export interface RunStepFields {
  status: RunStepStatus;
  /** None in a step that makes a message. */
  calls: readonly RunCall[];
  lastError: { code: 'server_error' | 'rate_limit_exceeded'; message: string } | null;
  /** Null until the model has said how many. */
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
  /** Its place in the thread. */
  seq: number;
  type: 'message_creation' | 'tool_calls';
  /** The message that a step of that type makes. */
  messageId: string | null;
  createdAt: number;
}

export type NewRunStep = Omit<RunStepRecord, 'projectId' | 'seq'>;

export interface RunStepRepository {
  /** Throws ConstraintViolation when the run does not exist. */
  create(step: NewRunStep): Promise<RunStepRecord>;
  retrieve(runId: string, id: string): Promise<RunStepRecord | undefined>;
  /** By place in the thread. */
  list(runId: string, page: ListPage): Promise<Listed<RunStepRecord>>;
  /** Completed steps of all the thread's runs that called tools, with numbers between both (exclusive), the newest first. */
  listCalls(threadId: string, between: { after: number; before: number }): Promise<RunStepRecord[]>;
  /** Changes the fields that are given. Answers the record as it is then; undefined when there is none. */
  update(runId: string, id: string, fields: Partial<RunStepFields>): Promise<RunStepRecord | undefined>;
}
