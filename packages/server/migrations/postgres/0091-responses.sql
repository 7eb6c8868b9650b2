-- Responses and their items. Items of a chain of responses are numbered in one sequence, so that the history of a response is one range;
-- a chain that branches off another one lists the ranges before its own in segments.

CREATE TABLE response_chains (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  segments TEXT NOT NULL,
  tip_response_id TEXT COLLATE "C",
  UNIQUE (id, project_id)
);

CREATE TABLE responses (
  id TEXT COLLATE "C" PRIMARY KEY,
  project_id TEXT COLLATE "C" NOT NULL,
  chain_id TEXT COLLATE "C" NOT NULL,
  start BIGINT NOT NULL,
  input_count BIGINT NOT NULL,
  output_count BIGINT NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  model TEXT NOT NULL,
  request TEXT NOT NULL,
  metadata TEXT NOT NULL,
  previous_response_id TEXT COLLATE "C",
  conversation_id TEXT COLLATE "C",
  conversation_seq BIGINT,
  background BIGINT NOT NULL CHECK (background IN (0, 1)),
  stored BIGINT NOT NULL CHECK (stored IN (0, 1)),
  open TEXT,
  calls TEXT NOT NULL,
  prompt_tokens BIGINT NOT NULL CHECK (prompt_tokens >= 0),
  completion_tokens BIGINT NOT NULL CHECK (completion_tokens >= 0),
  cached_tokens BIGINT NOT NULL CHECK (cached_tokens >= 0),
  reasoning_tokens BIGINT NOT NULL CHECK (reasoning_tokens >= 0),
  error TEXT,
  incomplete_reason TEXT COLLATE "C",
  job_id TEXT COLLATE "C",
  attempt BIGINT NOT NULL,
  api_key_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  UNIQUE (id, project_id),
  FOREIGN KEY (chain_id, project_id) REFERENCES response_chains (id, project_id)
);

CREATE INDEX responses_by_chain ON responses (chain_id, start);

CREATE TABLE response_items (
  chain_id TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  project_id TEXT COLLATE "C" NOT NULL,
  response_id TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('input', 'output')),
  data TEXT NOT NULL,
  call TEXT,
  PRIMARY KEY (chain_id, position),
  FOREIGN KEY (response_id, project_id) REFERENCES responses (id, project_id) ON DELETE CASCADE
);

CREATE INDEX response_items_by_response ON response_items (response_id, kind, position, id);
CREATE INDEX response_items_by_id ON response_items (project_id, id);
