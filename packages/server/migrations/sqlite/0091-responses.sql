-- Responses and their items. Items of a chain of responses are numbered in one sequence, so that the history of a response is one range;
-- a chain that branches off another one lists the ranges before its own in segments.

CREATE TABLE response_chains (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  segments TEXT NOT NULL,
  tip_response_id TEXT,
  UNIQUE (id, project_id)
) STRICT;

CREATE TABLE responses (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL,
  chain_id TEXT NOT NULL,
  start INTEGER NOT NULL,
  input_count INTEGER NOT NULL,
  output_count INTEGER NOT NULL,
  status TEXT NOT NULL,
  model TEXT NOT NULL,
  request TEXT NOT NULL,
  metadata TEXT NOT NULL,
  previous_response_id TEXT,
  conversation_id TEXT,
  conversation_seq INTEGER,
  background INTEGER NOT NULL CHECK (background IN (0, 1)),
  stored INTEGER NOT NULL CHECK (stored IN (0, 1)),
  open TEXT,
  calls TEXT NOT NULL,
  prompt_tokens INTEGER NOT NULL CHECK (prompt_tokens >= 0),
  completion_tokens INTEGER NOT NULL CHECK (completion_tokens >= 0),
  cached_tokens INTEGER NOT NULL CHECK (cached_tokens >= 0),
  reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
  error TEXT,
  incomplete_reason TEXT,
  job_id TEXT,
  attempt INTEGER NOT NULL,
  api_key_id TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  UNIQUE (id, project_id),
  FOREIGN KEY (chain_id, project_id) REFERENCES response_chains (id, project_id)
) STRICT;

CREATE INDEX responses_by_chain ON responses (chain_id, start);

CREATE TABLE response_items (
  chain_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  response_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('input', 'output')),
  data TEXT NOT NULL,
  call TEXT,
  PRIMARY KEY (chain_id, position),
  FOREIGN KEY (response_id, project_id) REFERENCES responses (id, project_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX response_items_by_response ON response_items (response_id, kind, position, id);
CREATE INDEX response_items_by_id ON response_items (project_id, id);
