-- Work to be done later: a row per job until it is done. Times are Unix milliseconds, run_at and leases by the database's clock.
-- A job without a project is the server's own.

CREATE TABLE jobs (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" REFERENCES projects (id),
  task TEXT COLLATE "C" NOT NULL,
  payload TEXT NOT NULL,
  queue TEXT COLLATE "C" NOT NULL,
  priority BIGINT NOT NULL,
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('queued', 'running', 'dead')),
  run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL,
  unique_key TEXT COLLATE "C",
  lease_id TEXT COLLATE "C",
  lease_expires_at BIGINT,
  cancel_requested_at BIGINT,
  last_error TEXT,
  created_at BIGINT NOT NULL,
  dead_at BIGINT,
  CHECK ((status = 'running') = (lease_id IS NOT NULL)),
  CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
  CHECK ((status = 'dead') = (dead_at IS NOT NULL))
);

-- The next to run of a queue, the next to become due, the leases that may have run out, the dead to be swept.
CREATE INDEX jobs_ready ON jobs (queue, priority, run_at, id) WHERE status = 'queued';
CREATE INDEX jobs_due ON jobs (queue, run_at) WHERE status = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_expires_at) WHERE status = 'running';
CREATE INDEX jobs_dead ON jobs (dead_at) WHERE status = 'dead';
CREATE UNIQUE INDEX jobs_by_key ON jobs (unique_key) WHERE unique_key IS NOT NULL;

CREATE TABLE job_schedules (
  task TEXT COLLATE "C" PRIMARY KEY,
  next_run_at BIGINT NOT NULL
);
