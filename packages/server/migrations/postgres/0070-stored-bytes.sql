-- Bytes of all blobs of a project, kept in the transactions that add and remove blobs: what the quota is checked against.

CREATE TABLE stored_bytes (
  project_id TEXT COLLATE "C" PRIMARY KEY REFERENCES projects (id),
  bytes BIGINT NOT NULL CHECK (bytes >= 0)
);

INSERT INTO stored_bytes (project_id, bytes) SELECT project_id, sum(bytes)::BIGINT FROM blobs GROUP BY project_id;

DROP INDEX blobs_by_project;
