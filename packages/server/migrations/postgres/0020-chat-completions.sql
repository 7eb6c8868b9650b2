-- Chat completions that were asked to be stored. What they are is JSON; what they are found by has columns.

CREATE TABLE chat_completions (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  model TEXT COLLATE "C" NOT NULL,
  requested_model TEXT COLLATE "C" NOT NULL,
  completion TEXT NOT NULL,
  messages TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (id, project_id)
);

CREATE INDEX chat_completions_by_creation ON chat_completions (project_id, created_at, id);

CREATE TABLE chat_completion_metadata (
  completion_id TEXT COLLATE "C" NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (completion_id, key),
  FOREIGN KEY (completion_id, project_id) REFERENCES chat_completions (id, project_id) ON DELETE CASCADE
);

CREATE INDEX chat_completion_metadata_by_pair ON chat_completion_metadata (project_id, key, value, completion_id);
