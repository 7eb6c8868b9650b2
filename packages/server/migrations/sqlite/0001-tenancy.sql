-- Organizations, projects, API keys, usage events. Times are Unix milliseconds. References carry the project, so that
-- no row can point into another one.

CREATE TABLE organizations (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE projects (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  UNIQUE (id, organization_id)
) STRICT;

CREATE TABLE installation (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  api_key_pepper TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (project_id, organization_id) REFERENCES projects (id, organization_id)
) STRICT;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  redacted_value TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER,
  UNIQUE (id, project_id)
) STRICT;

CREATE INDEX api_keys_by_project ON api_keys (project_id, id);

CREATE TABLE usage_events (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  api_key_id TEXT,
  operation_id TEXT NOT NULL,
  model_id TEXT,
  input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
  output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
  cached_input_tokens INTEGER NOT NULL CHECK (cached_input_tokens >= 0),
  requests INTEGER NOT NULL CHECK (requests >= 0),
  started_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status INTEGER NOT NULL,
  FOREIGN KEY (project_id, organization_id) REFERENCES projects (id, organization_id),
  FOREIGN KEY (api_key_id, project_id) REFERENCES api_keys (id, project_id)
) STRICT;

CREATE INDEX usage_events_by_project ON usage_events (project_id, id);
