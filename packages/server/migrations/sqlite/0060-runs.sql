-- Runs and their steps. What a run does is JSON; what it is found by, or goes by, has columns. The steps of a thread are numbered with its messages.

CREATE TABLE runs (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL,
  thread_id TEXT NOT NULL,
  assistant_id TEXT NOT NULL,
  status TEXT NOT NULL,
  model TEXT NOT NULL,
  definition TEXT NOT NULL,
  metadata TEXT NOT NULL,
  open_step_id TEXT,
  open_message_id TEXT,
  calls TEXT NOT NULL,
  prompt_tokens INTEGER NOT NULL CHECK (prompt_tokens >= 0),
  completion_tokens INTEGER NOT NULL CHECK (completion_tokens >= 0),
  last_error TEXT,
  incomplete_reason TEXT,
  job_id TEXT,
  attempt INTEGER NOT NULL,
  api_key_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  started_at INTEGER,
  cancelled_at INTEGER,
  failed_at INTEGER,
  completed_at INTEGER,
  UNIQUE (id, thread_id, project_id),
  FOREIGN KEY (thread_id, project_id) REFERENCES threads (id, project_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX runs_by_creation ON runs (thread_id, created_at, id);
CREATE INDEX runs_by_expiry ON runs (expires_at) WHERE status IN ('queued', 'in_progress', 'requires_action', 'cancelling');

CREATE TABLE run_steps (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL,
  thread_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  assistant_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('message_creation', 'tool_calls')),
  status TEXT NOT NULL CHECK (status IN ('in_progress', 'cancelled', 'failed', 'completed', 'expired')),
  message_id TEXT,
  calls TEXT NOT NULL,
  last_error TEXT,
  prompt_tokens INTEGER,
  completion_tokens INTEGER,
  created_at INTEGER NOT NULL,
  expired_at INTEGER,
  cancelled_at INTEGER,
  failed_at INTEGER,
  completed_at INTEGER,
  UNIQUE (thread_id, seq),
  FOREIGN KEY (run_id, thread_id, project_id) REFERENCES runs (id, thread_id, project_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX run_steps_by_run ON run_steps (run_id, seq);
CREATE INDEX run_steps_with_calls ON run_steps (thread_id, seq) WHERE type = 'tool_calls';
