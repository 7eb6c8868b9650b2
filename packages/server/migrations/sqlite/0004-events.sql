-- The event log: streams of events with gapless numbers. Times are Unix milliseconds by the database's clock.

CREATE TABLE event_streams (
  project_id TEXT NOT NULL REFERENCES projects (id),
  id TEXT NOT NULL,
  next_seq INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  ended_at INTEGER,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_streams_by_age ON event_streams (touched_at);

CREATE TABLE events (
  project_id TEXT NOT NULL,
  stream_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, stream_id, seq),
  FOREIGN KEY (project_id, stream_id) REFERENCES event_streams (project_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
