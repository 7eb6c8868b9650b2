-- Lists are read in order of creation, page by page.

CREATE INDEX api_keys_by_creation ON api_keys (project_id, created_at, id);
CREATE INDEX usage_events_by_start ON usage_events (project_id, started_at, id);
DROP INDEX api_keys_by_project;
DROP INDEX usage_events_by_project;
