-- Organizations, projects, API keys, usage events. Times are Unix milliseconds. References carry the project, so that
-- no row can point into another one.

CREATE TABLE organizations (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE projects (
  id TEXT COLLATE "C" PRIMARY KEY,
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  archived_at BIGINT,
  UNIQUE (id, organization_id)
);

CREATE TABLE installation (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  api_key_pepper TEXT NOT NULL,
  organization_id TEXT COLLATE "C" NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (project_id, organization_id) REFERENCES projects (id, organization_id)
);

CREATE TABLE api_keys (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  name TEXT NOT NULL,
  key_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  redacted_value TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT,
  UNIQUE (id, project_id)
);

CREATE INDEX api_keys_by_project ON api_keys (project_id, id);

CREATE TABLE usage_events (
  id TEXT COLLATE "C" PRIMARY KEY,
  organization_id TEXT COLLATE "C" NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL,
  api_key_id TEXT COLLATE "C",
  operation_id TEXT COLLATE "C" NOT NULL,
  model_id TEXT COLLATE "C",
  input_tokens BIGINT NOT NULL CHECK (input_tokens >= 0),
  output_tokens BIGINT NOT NULL CHECK (output_tokens >= 0),
  cached_input_tokens BIGINT NOT NULL CHECK (cached_input_tokens >= 0),
  requests BIGINT NOT NULL CHECK (requests >= 0),
  started_at BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  status INTEGER NOT NULL,
  FOREIGN KEY (project_id, organization_id) REFERENCES projects (id, organization_id),
  FOREIGN KEY (api_key_id, project_id) REFERENCES api_keys (id, project_id)
);

CREATE INDEX usage_events_by_project ON usage_events (project_id, id);
