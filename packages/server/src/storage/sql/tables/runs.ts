/** Tables of runs and their steps. */
import type { RunStatus } from '../../repositories/runs.ts';

export type StoredRunStatus = Exclude<RunStatus, 'waiting_for_outputs'> | 'requires_action';

export interface RunsTable {
  id: string;
  project_id: string;
  thread_id: string;
  assistant_id: string;
  status: StoredRunStatus;
  model: string;
  /** JSON. */
  definition: string;
  /** JSON. */
  metadata: string;
  open_step_id: string | null;
  open_message_id: string | null;
  /** JSON. */
  calls: string;
  prompt_tokens: number;
  completion_tokens: number;
  /** JSON. */
  last_error: string | null;
  incomplete_reason: 'max_completion_tokens' | 'max_prompt_tokens' | null;
  job_id: string | null;
  attempt: number;
  api_key_id: string | null;
  created_at: number;
  expires_at: number;
  started_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  completed_at: number | null;
}

export interface RunStepsTable {
  id: string;
  project_id: string;
  thread_id: string;
  run_id: string;
  assistant_id: string;
  seq: number;
  type: 'message_creation' | 'tool_calls';
  status: 'in_progress' | 'cancelled' | 'failed' | 'completed' | 'expired';
  message_id: string | null;
  /** JSON. */
  calls: string;
  /** JSON. */
  last_error: string | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  created_at: number;
  expired_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  completed_at: number | null;
}
