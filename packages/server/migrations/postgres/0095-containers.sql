-- Containers, and the files in them. The blobs of a file are owned by its id. Paths are unique in a container.

CREATE TABLE containers (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  name TEXT COLLATE "C" NOT NULL,
  memory_limit TEXT NOT NULL,
  idle_minutes BIGINT NOT NULL CHECK (idle_minutes > 0),
  status TEXT NOT NULL CHECK (status IN ('running', 'expired')),
  created_at BIGINT NOT NULL,
  last_active_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (id, project_id)
);

CREATE INDEX containers_by_creation ON containers (project_id, created_at, id);
CREATE INDEX containers_by_name ON containers (project_id, name, created_at, id);
CREATE INDEX containers_by_expiry ON containers (expires_at) WHERE status = 'running';

CREATE TABLE container_files (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL,
  container_id TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('user', 'assistant')),
  bytes BIGINT NOT NULL CHECK (bytes >= 0),
  created_at BIGINT NOT NULL,
  UNIQUE (container_id, path),
  FOREIGN KEY (container_id, project_id) REFERENCES containers (id, project_id)
);

CREATE INDEX container_files_by_creation ON container_files (container_id, created_at, id);
