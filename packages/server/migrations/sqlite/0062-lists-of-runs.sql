-- Lists of what a run made are ordered by (seq, id): with both in the index they are read from it, and nothing else of the thread is.

DROP INDEX messages_by_run;
CREATE INDEX messages_by_run ON messages (thread_id, run_id, seq, id) WHERE run_id IS NOT NULL;

DROP INDEX run_steps_by_run;
CREATE INDEX run_steps_by_run ON run_steps (run_id, seq, id);
