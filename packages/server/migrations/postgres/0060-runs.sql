-- Runs and their steps. What a run does is JSON; what it is found by, or goes by, has columns. The steps of a thread are numbered with its messages.

CREATE TABLE runs (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL,
  thread_id TEXT COLLATE "C" NOT NULL,
  assistant_id TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  model TEXT NOT NULL,
  definition TEXT NOT NULL,
  metadata TEXT NOT NULL,
  open_step_id TEXT COLLATE "C",
  open_message_id TEXT COLLATE "C",
  calls TEXT NOT NULL,
  prompt_tokens BIGINT NOT NULL CHECK (prompt_tokens >= 0),
  completion_tokens BIGINT NOT NULL CHECK (completion_tokens >= 0),
  last_error TEXT,
  incomplete_reason TEXT COLLATE "C",
  job_id TEXT COLLATE "C",
  attempt BIGINT NOT NULL,
  api_key_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  started_at BIGINT,
  cancelled_at BIGINT,
  failed_at BIGINT,
  completed_at BIGINT,
  UNIQUE (id, thread_id, project_id),
  FOREIGN KEY (thread_id, project_id) REFERENCES threads (id, project_id) ON DELETE CASCADE
);

CREATE INDEX runs_by_creation ON runs (thread_id, created_at, id);
CREATE INDEX runs_by_expiry ON runs (expires_at) WHERE status IN ('queued', 'in_progress', 'requires_action', 'cancelling');

CREATE TABLE run_steps (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL,
  thread_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  assistant_id TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  type TEXT COLLATE "C" NOT NULL CHECK (type IN ('message_creation', 'tool_calls')),
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('in_progress', 'cancelled', 'failed', 'completed', 'expired')),
  message_id TEXT COLLATE "C",
  calls TEXT NOT NULL,
  last_error TEXT,
  prompt_tokens BIGINT,
  completion_tokens BIGINT,
  created_at BIGINT NOT NULL,
  expired_at BIGINT,
  cancelled_at BIGINT,
  failed_at BIGINT,
  completed_at BIGINT,
  UNIQUE (thread_id, seq),
  FOREIGN KEY (run_id, thread_id, project_id) REFERENCES runs (id, thread_id, project_id) ON DELETE CASCADE
);

CREATE INDEX run_steps_by_run ON run_steps (run_id, seq);
CREATE INDEX run_steps_with_calls ON run_steps (thread_id, seq) WHERE type = 'tool_calls';
