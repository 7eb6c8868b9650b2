-- Assistants: a model with instructions and tools. What they are is JSON; what they are found by has columns.

CREATE TABLE assistants (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  model TEXT COLLATE "C" NOT NULL,
  definition TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (id, project_id)
);

CREATE INDEX assistants_by_creation ON assistants (project_id, created_at, id);
