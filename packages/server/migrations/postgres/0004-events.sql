-- The event log: streams of events with gapless numbers. Times are Unix milliseconds by the database's clock.

CREATE TABLE event_streams (
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  id TEXT COLLATE "C" NOT NULL,
  next_seq BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (project_id, id)
);

CREATE INDEX event_streams_by_age ON event_streams (touched_at);

CREATE TABLE events (
  project_id TEXT COLLATE "C" NOT NULL,
  stream_id TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  type TEXT COLLATE "C" NOT NULL,
  data TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, stream_id, seq),
  FOREIGN KEY (project_id, stream_id) REFERENCES event_streams (project_id, id) ON DELETE CASCADE
);
