-- What could not be read of a file although the rest was: a JSON list of sentences.
ALTER TABLE vector_store_files ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
