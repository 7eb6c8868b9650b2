-- Work to be done later: a row per job until it is done. Times are Unix milliseconds, run_at and leases by the database's clock.
-- A job without a project is the server's own.

CREATE TABLE jobs (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT REFERENCES projects (id),
  task TEXT NOT NULL,
  payload TEXT NOT NULL,
  queue TEXT NOT NULL,
  priority INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'dead')),
  run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  unique_key TEXT,
  lease_id TEXT,
  lease_expires_at INTEGER,
  cancel_requested_at INTEGER,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  dead_at INTEGER,
  CHECK ((status = 'running') = (lease_id IS NOT NULL)),
  CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
  CHECK ((status = 'dead') = (dead_at IS NOT NULL))
) STRICT;

-- The next to run of a queue, the next to become due, the leases that may have run out, the dead to be swept.
CREATE INDEX jobs_ready ON jobs (queue, priority, run_at, id) WHERE status = 'queued';
CREATE INDEX jobs_due ON jobs (queue, run_at) WHERE status = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_expires_at) WHERE status = 'running';
CREATE INDEX jobs_dead ON jobs (dead_at) WHERE status = 'dead';
CREATE UNIQUE INDEX jobs_by_key ON jobs (unique_key) WHERE unique_key IS NOT NULL;

CREATE TABLE job_schedules (
  task TEXT PRIMARY KEY NOT NULL,
  next_run_at INTEGER NOT NULL
) STRICT;
