-- Assistants: a model with instructions and tools. What they are is JSON; what they are found by has columns.

CREATE TABLE assistants (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  model TEXT NOT NULL,
  definition TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (id, project_id)
) STRICT;

CREATE INDEX assistants_by_creation ON assistants (project_id, created_at, id);
