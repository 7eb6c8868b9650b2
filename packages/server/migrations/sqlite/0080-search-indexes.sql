-- What makes large stores quick to search. Each change of what a store holds gives it the next `version`; a file bears the one that it came
-- with, so that an index held elsewhere can ask what is newer than itself. Words are kept per file: eight bytes for each chunk that has the
-- word, in order (place of the chunk in its file, 4 bytes; how often, 2; words of the chunk, 2; high bytes first, 65535 where it is more).

ALTER TABLE vector_stores ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
-- The version with which something was last taken out.
ALTER TABLE vector_stores ADD COLUMN shrunk_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vector_stores ADD COLUMN chunk_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vector_stores ADD COLUMN vector_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vector_stores ADD COLUMN term_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vector_store_files ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vector_store_files ADD COLUMN vector_count INTEGER NOT NULL DEFAULT 0;

UPDATE vector_store_files SET version = key,
  vector_count = (SELECT count(*) FROM text_chunk_vectors AS v WHERE v.key >= vector_store_files.key * 1048576 AND v.key < (vector_store_files.key + 1) * 1048576)
  WHERE status = 'completed';
UPDATE vector_stores SET
  version = coalesce((SELECT max(version) FROM vector_store_files WHERE store_id = vector_stores.id), 0),
  chunk_count = coalesce((SELECT sum(chunk_count) FROM vector_store_files WHERE store_id = vector_stores.id), 0),
  vector_count = coalesce((SELECT sum(vector_count) FROM vector_store_files WHERE store_id = vector_stores.id), 0),
  term_count = coalesce((SELECT sum(term_count) FROM vector_store_files WHERE store_id = vector_stores.id), 0);

CREATE INDEX vector_store_files_by_version ON vector_store_files (store_id, version);

CREATE TABLE text_postings (
  store_key INTEGER NOT NULL,
  term TEXT NOT NULL,
  file_key INTEGER NOT NULL,
  postings BLOB NOT NULL,
  PRIMARY KEY (store_key, term, file_key)
) STRICT, WITHOUT ROWID;

-- In how many chunks of the store a word stands.
CREATE TABLE text_terms (
  store_key INTEGER NOT NULL,
  term TEXT NOT NULL,
  chunk_count INTEGER NOT NULL,
  PRIMARY KEY (store_key, term)
) STRICT, WITHOUT ROWID;

INSERT INTO text_postings (store_key, term, file_key, postings)
  SELECT store_key, term, chunk_key / 1048576,
    unhex(group_concat(printf('%08X%04X%04X', chunk_key % 1048576, min(frequency, 65535), min(chunk_terms, 65535)), '' ORDER BY chunk_key))
  FROM text_chunk_postings GROUP BY store_key, term, chunk_key / 1048576;
INSERT INTO text_terms (store_key, term, chunk_count) SELECT store_key, term, count(*) FROM text_chunk_postings GROUP BY store_key, term;

DROP TABLE text_chunk_postings;
