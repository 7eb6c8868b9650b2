-- Threads and their messages. Whatever is added to a thread has a number of its own there, taken from next_seq under the thread's lock.

CREATE TABLE threads (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  tool_resources TEXT NOT NULL,
  metadata TEXT NOT NULL,
  next_seq BIGINT NOT NULL,
  active_run_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  UNIQUE (id, project_id)
);

CREATE INDEX threads_by_creation ON threads (project_id, created_at, id);

CREATE TABLE messages (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL,
  thread_id TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  role TEXT COLLATE "C" NOT NULL CHECK (role IN ('user', 'assistant')),
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('in_progress', 'incomplete', 'completed')),
  incomplete_reason TEXT COLLATE "C",
  content TEXT NOT NULL,
  attachments TEXT NOT NULL,
  metadata TEXT NOT NULL,
  assistant_id TEXT COLLATE "C",
  run_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  completed_at BIGINT,
  incomplete_at BIGINT,
  UNIQUE (thread_id, seq),
  FOREIGN KEY (thread_id, project_id) REFERENCES threads (id, project_id) ON DELETE CASCADE
);

CREATE INDEX messages_by_run ON messages (thread_id, run_id, seq) WHERE run_id IS NOT NULL;
