-- Batches, and the lines of those that are under way: where each stands in the input file, and what came of it.

CREATE TABLE batches (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  api_key_id TEXT COLLATE "C",
  endpoint TEXT COLLATE "C" NOT NULL,
  input_file_id TEXT COLLATE "C" NOT NULL,
  completion_window TEXT COLLATE "C" NOT NULL,
  output_lifetime_seconds BIGINT,
  metadata TEXT,
  status TEXT COLLATE "C" NOT NULL CHECK (status IN
    ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')),
  job_id TEXT COLLATE "C",
  model TEXT,
  errors TEXT,
  output_file_id TEXT COLLATE "C",
  error_file_id TEXT COLLATE "C",
  total BIGINT NOT NULL DEFAULT 0,
  completed BIGINT NOT NULL DEFAULT 0,
  failed BIGINT NOT NULL DEFAULT 0,
  input_tokens BIGINT NOT NULL DEFAULT 0,
  cached_tokens BIGINT NOT NULL DEFAULT 0,
  output_tokens BIGINT NOT NULL DEFAULT 0,
  reasoning_tokens BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  in_progress_at BIGINT,
  finalizing_at BIGINT,
  completed_at BIGINT,
  failed_at BIGINT,
  expired_at BIGINT,
  cancelling_at BIGINT,
  cancelled_at BIGINT,
  UNIQUE (id, project_id)
);

CREATE INDEX batches_by_creation ON batches (project_id, created_at, id);
CREATE INDEX batches_by_expiry ON batches (expires_at) WHERE status IN ('validating', 'in_progress');

CREATE TABLE batch_lines (
  batch_id TEXT COLLATE "C" NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL CHECK (number > 0),
  custom_id TEXT NOT NULL,
  start BIGINT NOT NULL CHECK (start >= 0),
  bytes BIGINT NOT NULL CHECK (bytes > 0),
  outcome TEXT COLLATE "C",
  result TEXT,
  PRIMARY KEY (batch_id, number),
  FOREIGN KEY (batch_id, project_id) REFERENCES batches (id, project_id) ON DELETE CASCADE
);

CREATE INDEX batch_lines_pending ON batch_lines (batch_id, number) WHERE outcome IS NULL;
