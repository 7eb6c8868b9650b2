/** Tables of batches and their lines. */
import type { Generated } from 'kysely';
import type { BatchStatus, LineOutcome } from '../../repositories/batches.ts';

export interface BatchesTable {
  id: string;
  project_id: string;
  api_key_id: string | null;
  endpoint: string;
  input_file_id: string;
  completion_window: string;
  output_lifetime_seconds: number | null;
  /** JSON. */
  metadata: string | null;
  status: BatchStatus;
  job_id: string | null;
  model: string | null;
  /** JSON. */
  errors: string | null;
  output_file_id: string | null;
  error_file_id: string | null;
  total: Generated<number>;
  completed: Generated<number>;
  failed: Generated<number>;
  input_tokens: Generated<number>;
  cached_tokens: Generated<number>;
  output_tokens: Generated<number>;
  reasoning_tokens: Generated<number>;
  created_at: number;
  expires_at: number;
  in_progress_at: number | null;
  finalizing_at: number | null;
  completed_at: number | null;
  failed_at: number | null;
  expired_at: number | null;
  cancelling_at: number | null;
  cancelled_at: number | null;
}

export interface BatchLinesTable {
  batch_id: string;
  project_id: string;
  number: number;
  custom_id: string;
  start: number;
  bytes: number;
  outcome: LineOutcome | null;
  /** A line of JSON. */
  result: string | null;
}
