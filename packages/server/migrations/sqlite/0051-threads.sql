-- Threads and their messages. Whatever is added to a thread has a number of its own there, taken from next_seq under the thread's lock.

CREATE TABLE threads (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  tool_resources TEXT NOT NULL,
  metadata TEXT NOT NULL,
  next_seq INTEGER NOT NULL,
  active_run_id TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (id, project_id)
) STRICT;

CREATE INDEX threads_by_creation ON threads (project_id, created_at, id);

CREATE TABLE messages (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL,
  thread_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  status TEXT NOT NULL CHECK (status IN ('in_progress', 'incomplete', 'completed')),
  incomplete_reason TEXT,
  content TEXT NOT NULL,
  attachments TEXT NOT NULL,
  metadata TEXT NOT NULL,
  assistant_id TEXT,
  run_id TEXT,
  created_at INTEGER NOT NULL,
  completed_at INTEGER,
  incomplete_at INTEGER,
  UNIQUE (thread_id, seq),
  FOREIGN KEY (thread_id, project_id) REFERENCES threads (id, project_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX messages_by_run ON messages (thread_id, run_id, seq) WHERE run_id IS NOT NULL;
