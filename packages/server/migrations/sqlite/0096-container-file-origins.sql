-- The file of the project that a file of a container was copied from, so that it is copied once.

ALTER TABLE container_files ADD COLUMN origin_file_id TEXT;
