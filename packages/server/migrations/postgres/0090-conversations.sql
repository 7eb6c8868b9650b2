-- Conversations and their items. Items are JSON in the form of the API, numbered from next_seq under the lock of their conversation.

CREATE TABLE conversations (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  metadata TEXT NOT NULL,
  next_seq BIGINT NOT NULL,
  active_response_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  UNIQUE (id, project_id)
);

CREATE TABLE conversation_items (
  conversation_id TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL,
  data TEXT NOT NULL,
  call TEXT,
  PRIMARY KEY (conversation_id, seq),
  UNIQUE (conversation_id, id),
  FOREIGN KEY (conversation_id, project_id) REFERENCES conversations (id, project_id) ON DELETE CASCADE
);

CREATE INDEX conversation_items_by_id ON conversation_items (project_id, id);
