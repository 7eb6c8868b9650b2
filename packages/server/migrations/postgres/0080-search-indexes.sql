-- What makes large stores quick to search. Each change of what a store holds gives it the next `version`; a file bears the one that it came
-- with, so that an index held elsewhere can ask what is newer than itself. Words are kept per file: eight bytes for each chunk that has the
-- word, in order (place of the chunk in its file, 4 bytes; how often, 2; words of the chunk, 2; high bytes first, 65535 where it is more).

ALTER TABLE vector_stores
  ADD COLUMN version BIGINT NOT NULL DEFAULT 0,
  -- The version with which something was last taken out.
  ADD COLUMN shrunk_version BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN chunk_count BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN vector_count BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN term_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vector_store_files
  ADD COLUMN version BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN vector_count BIGINT NOT NULL DEFAULT 0;

UPDATE vector_store_files AS f SET version = key,
  vector_count = (SELECT count(*) FROM text_chunk_vectors AS v WHERE v.key >= f.key * 1048576 AND v.key < (f.key + 1) * 1048576)
  WHERE status = 'completed';
UPDATE vector_stores AS s SET
  version = coalesce((SELECT max(f.version) FROM vector_store_files AS f WHERE f.store_id = s.id), 0),
  chunk_count = coalesce((SELECT sum(f.chunk_count) FROM vector_store_files AS f WHERE f.store_id = s.id), 0),
  vector_count = coalesce((SELECT sum(f.vector_count) FROM vector_store_files AS f WHERE f.store_id = s.id), 0),
  term_count = coalesce((SELECT sum(f.term_count) FROM vector_store_files AS f WHERE f.store_id = s.id), 0);

CREATE INDEX vector_store_files_by_version ON vector_store_files (store_id, version);

CREATE TABLE text_postings (
  store_key BIGINT NOT NULL,
  term TEXT COLLATE "C" NOT NULL,
  file_key BIGINT NOT NULL,
  postings BYTEA NOT NULL,
  PRIMARY KEY (store_key, term, file_key)
);

-- In how many chunks of the store a word stands.
CREATE TABLE text_terms (
  store_key BIGINT NOT NULL,
  term TEXT COLLATE "C" NOT NULL,
  chunk_count BIGINT NOT NULL,
  PRIMARY KEY (store_key, term)
);

INSERT INTO text_postings (store_key, term, file_key, postings)
  SELECT store_key, term, chunk_key / 1048576,
    decode(string_agg(lpad(to_hex(chunk_key % 1048576), 8, '0') || lpad(to_hex(least(frequency, 65535)), 4, '0')
      || lpad(to_hex(least(chunk_terms, 65535)), 4, '0'), '' ORDER BY chunk_key), 'hex')
  FROM text_chunk_postings GROUP BY store_key, term, chunk_key / 1048576;
INSERT INTO text_terms (store_key, term, chunk_count) SELECT store_key, term, count(*) FROM text_chunk_postings GROUP BY store_key, term;

DROP TABLE text_chunk_postings;
