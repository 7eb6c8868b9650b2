-- Conversations and their items. Items are JSON in the form of the API, numbered from next_seq under the lock of their conversation.

CREATE TABLE conversations (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  metadata TEXT NOT NULL,
  next_seq INTEGER NOT NULL,
  active_response_id TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (id, project_id)
) STRICT;

CREATE TABLE conversation_items (
  conversation_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  data TEXT NOT NULL,
  call TEXT,
  PRIMARY KEY (conversation_id, seq),
  UNIQUE (conversation_id, id),
  FOREIGN KEY (conversation_id, project_id) REFERENCES conversations (id, project_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX conversation_items_by_id ON conversation_items (project_id, id);
