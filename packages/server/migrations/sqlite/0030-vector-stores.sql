-- Vector stores, the files in them, and what is searched. `key` is a small number that stands for a store or for a file in it. The keys
-- of a file's chunks and vectors are those from key * 2^20 to the next file's, so that they lie together and need no index of their own.

CREATE TABLE vector_stores (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  key INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT,
  metadata TEXT NOT NULL,
  embedding_model TEXT,
  expires_after_days INTEGER,
  expires_at INTEGER,
  last_active_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (id, project_id)
) STRICT;

CREATE INDEX vector_stores_by_creation ON vector_stores (project_id, created_at, id);
CREATE INDEX vector_stores_by_expiry ON vector_stores (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE vector_store_file_batches (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  cancelled_at INTEGER,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (store_id, project_id) REFERENCES vector_stores (id, project_id)
) STRICT;

CREATE INDEX vector_store_file_batches_by_store ON vector_store_file_batches (store_id);

-- `id` is the file's own: a file is in a store once.
CREATE TABLE vector_store_files (
  store_id TEXT NOT NULL,
  id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  key INTEGER NOT NULL UNIQUE,
  batch_id TEXT,
  job_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('in_progress', 'completed', 'cancelled', 'failed')),
  error_code TEXT,
  error_message TEXT,
  chunk_tokens INTEGER NOT NULL,
  overlap_tokens INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  chunk_count INTEGER NOT NULL,
  term_count INTEGER NOT NULL,
  usage_bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, project_id) REFERENCES vector_stores (id, project_id)
) STRICT;

CREATE INDEX vector_store_files_by_creation ON vector_store_files (store_id, created_at, id);
CREATE INDEX vector_store_files_by_batch ON vector_store_files (batch_id, created_at, id);
-- Answers the counts and sums of a store by itself.
CREATE INDEX vector_store_files_by_status ON vector_store_files (store_id, status, usage_bytes, chunk_count, term_count);
CREATE INDEX vector_store_files_by_file ON vector_store_files (id);

CREATE TABLE vector_store_file_attributes (
  file_key INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('string', 'number', 'boolean')),
  text_value TEXT,
  number_value REAL,
  PRIMARY KEY (file_key, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE text_chunks (
  key INTEGER PRIMARY KEY NOT NULL,
  text TEXT NOT NULL,
  page INTEGER,
  start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  terms TEXT NOT NULL
) STRICT;

-- A chunk has one vector, or several where it is longer than what the model reads at once.
CREATE TABLE text_chunk_vectors (
  key INTEGER PRIMARY KEY NOT NULL,
  chunk_key INTEGER NOT NULL,
  embedding BLOB NOT NULL
) STRICT;

CREATE TABLE text_chunk_postings (
  store_key INTEGER NOT NULL,
  term TEXT NOT NULL,
  chunk_key INTEGER NOT NULL,
  frequency INTEGER NOT NULL,
  chunk_terms INTEGER NOT NULL,
  PRIMARY KEY (store_key, term, chunk_key)
) STRICT, WITHOUT ROWID;
