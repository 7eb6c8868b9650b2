-- Uploads: files on their way, in parts. The blob of a part is owned by the part until the file is made of them.

CREATE TABLE uploads (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  filename TEXT NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL,
  content_type TEXT NOT NULL,
  bytes BIGINT NOT NULL CHECK (bytes >= 0),
  file_lifetime_seconds BIGINT,
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'completed', 'cancelled', 'expired')),
  file_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (id, project_id)
);

CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE status = 'pending';

CREATE TABLE upload_parts (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL,
  upload_id TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (upload_id, project_id) REFERENCES uploads (id, project_id)
);

CREATE INDEX upload_parts_by_upload ON upload_parts (upload_id);
