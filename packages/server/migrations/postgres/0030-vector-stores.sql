-- Vector stores, the files in them, and what is searched. `key` is a small number that stands for a store or for a file in it. The keys
-- of a file's chunks and vectors are those from key * 2^20 to the next file's, so that they lie together and need no index of their own.

CREATE TABLE vector_stores (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  key BIGINT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT,
  metadata TEXT NOT NULL,
  embedding_model TEXT COLLATE "C",
  expires_after_days INTEGER,
  expires_at BIGINT,
  last_active_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (id, project_id)
);

CREATE INDEX vector_stores_by_creation ON vector_stores (project_id, created_at, id);
CREATE INDEX vector_stores_by_expiry ON vector_stores (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE vector_store_file_batches (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL,
  store_id TEXT COLLATE "C" NOT NULL,
  cancelled_at BIGINT,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (store_id, project_id) REFERENCES vector_stores (id, project_id)
);

CREATE INDEX vector_store_file_batches_by_store ON vector_store_file_batches (store_id);

-- `id` is the file's own: a file is in a store once.
CREATE TABLE vector_store_files (
  store_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL,
  key BIGINT NOT NULL UNIQUE,
  batch_id TEXT COLLATE "C",
  job_id TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('in_progress', 'completed', 'cancelled', 'failed')),
  error_code TEXT COLLATE "C",
  error_message TEXT,
  chunk_tokens INTEGER NOT NULL,
  overlap_tokens INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  chunk_count BIGINT NOT NULL,
  term_count BIGINT NOT NULL,
  usage_bytes BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, project_id) REFERENCES vector_stores (id, project_id)
);

CREATE INDEX vector_store_files_by_creation ON vector_store_files (store_id, created_at, id);
CREATE INDEX vector_store_files_by_batch ON vector_store_files (batch_id, created_at, id);
-- Answers the counts and sums of a store by itself.
CREATE INDEX vector_store_files_by_status ON vector_store_files (store_id, status, usage_bytes, chunk_count, term_count);
CREATE INDEX vector_store_files_by_file ON vector_store_files (id);

CREATE TABLE vector_store_file_attributes (
  file_key BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('string', 'number', 'boolean')),
  text_value TEXT COLLATE "C",
  number_value DOUBLE PRECISION,
  PRIMARY KEY (file_key, name)
);

CREATE TABLE text_chunks (
  key BIGINT PRIMARY KEY,
  text TEXT NOT NULL,
  page INTEGER,
  start_offset BIGINT NOT NULL,
  end_offset BIGINT NOT NULL,
  terms TEXT NOT NULL
);

-- A chunk has one vector, or several where it is longer than what the model reads at once.
CREATE TABLE text_chunk_vectors (
  key BIGINT PRIMARY KEY,
  chunk_key BIGINT NOT NULL,
  embedding BYTEA NOT NULL
);

CREATE TABLE text_chunk_postings (
  store_key BIGINT NOT NULL,
  term TEXT COLLATE "C" NOT NULL,
  chunk_key BIGINT NOT NULL,
  frequency INTEGER NOT NULL,
  chunk_terms INTEGER NOT NULL,
  PRIMARY KEY (store_key, term, chunk_key)
);
