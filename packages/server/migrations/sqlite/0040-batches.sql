-- Batches, and the lines of those that are under way: where each stands in the input file, and what came of it.

CREATE TABLE batches (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  api_key_id TEXT,
  endpoint TEXT NOT NULL,
  input_file_id TEXT NOT NULL,
  completion_window TEXT NOT NULL,
  output_lifetime_seconds INTEGER,
  metadata TEXT,
  status TEXT NOT NULL CHECK (status IN
    ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')),
  job_id TEXT,
  model TEXT,
  errors TEXT,
  output_file_id TEXT,
  error_file_id TEXT,
  total INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  cached_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  reasoning_tokens INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  in_progress_at INTEGER,
  finalizing_at INTEGER,
  completed_at INTEGER,
  failed_at INTEGER,
  expired_at INTEGER,
  cancelling_at INTEGER,
  cancelled_at INTEGER,
  UNIQUE (id, project_id)
) STRICT;

CREATE INDEX batches_by_creation ON batches (project_id, created_at, id);
CREATE INDEX batches_by_expiry ON batches (expires_at) WHERE status IN ('validating', 'in_progress');

CREATE TABLE batch_lines (
  batch_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  custom_id TEXT NOT NULL,
  start INTEGER NOT NULL CHECK (start >= 0),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  outcome TEXT,
  result TEXT,
  PRIMARY KEY (batch_id, number),
  FOREIGN KEY (batch_id, project_id) REFERENCES batches (id, project_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX batch_lines_pending ON batch_lines (batch_id, number) WHERE outcome IS NULL;
