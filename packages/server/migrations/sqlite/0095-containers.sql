-- Containers, and the files in them. The blobs of a file are owned by its id. Paths are unique in a container.

CREATE TABLE containers (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  name TEXT NOT NULL,
  memory_limit TEXT NOT NULL,
  idle_minutes INTEGER NOT NULL CHECK (idle_minutes > 0),
  status TEXT NOT NULL CHECK (status IN ('running', 'expired')),
  created_at INTEGER NOT NULL,
  last_active_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (id, project_id)
) STRICT;

CREATE INDEX containers_by_creation ON containers (project_id, created_at, id);
CREATE INDEX containers_by_name ON containers (project_id, name, created_at, id);
CREATE INDEX containers_by_expiry ON containers (expires_at) WHERE status = 'running';

CREATE TABLE container_files (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL,
  container_id TEXT NOT NULL,
  path TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('user', 'assistant')),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  created_at INTEGER NOT NULL,
  UNIQUE (container_id, path),
  FOREIGN KEY (container_id, project_id) REFERENCES containers (id, project_id)
) STRICT;

CREATE INDEX container_files_by_creation ON container_files (container_id, created_at, id);
