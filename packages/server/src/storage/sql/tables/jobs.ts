/** Kysely declarations of the tables of jobs. */
import type { Generated } from 'kysely';

export interface JobsTable {
  id: string;
  project_id: string | null;
  task: string;
  payload: string;
  queue: string;
  priority: number;
  status: 'queued' | 'running' | 'dead';
  run_at: number;
  attempts: number;
  max_attempts: number;
  unique_key: string | null;
  lease_id: string | null;
  lease_expires_at: number | null;
  cancel_requested_at: number | null;
  last_error: string | null;
  created_at: number;
  dead_at: number | null;
}

export interface JobSchedulesTable {
  task: string;
  next_run_at: number;
  runs: Generated<number>;
  failures: Generated<number>;
  removed: Generated<number>;
  last_success_at: Generated<number | null>;
}
