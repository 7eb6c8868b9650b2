-- Files, and the blobs that hold their bytes. A blob has one owner; a file's bytes are its blobs in order of position.

CREATE TABLE files (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  filename TEXT NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL,
  content_type TEXT NOT NULL,
  bytes BIGINT NOT NULL CHECK (bytes >= 0),
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  UNIQUE (id, project_id)
);

CREATE INDEX files_by_creation ON files (project_id, created_at, id);
CREATE INDEX files_by_purpose ON files (project_id, purpose, created_at, id);
CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE blobs (
  key TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  owner_id TEXT COLLATE "C" NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 0),
  bytes BIGINT NOT NULL CHECK (bytes >= 0),
  sha256 TEXT COLLATE "C" NOT NULL,
  UNIQUE (owner_id, position)
);

CREATE INDEX blobs_by_project ON blobs (project_id, bytes);
