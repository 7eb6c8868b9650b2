-- Uploads: files on their way, in parts. The blob of a part is owned by the part until the file is made of them.

CREATE TABLE uploads (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  filename TEXT NOT NULL,
  purpose TEXT NOT NULL,
  content_type TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  file_lifetime_seconds INTEGER,
  status TEXT NOT NULL CHECK (status IN ('pending', 'completed', 'cancelled', 'expired')),
  file_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (id, project_id)
) STRICT;

CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE status = 'pending';

CREATE TABLE upload_parts (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL,
  upload_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (upload_id, project_id) REFERENCES uploads (id, project_id)
) STRICT;

CREATE INDEX upload_parts_by_upload ON upload_parts (upload_id);
