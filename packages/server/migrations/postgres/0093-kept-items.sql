-- A deleted response keeps its items while other responses continue it. Discarded items hold their position in the output only.

ALTER TABLE responses ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1));
ALTER TABLE response_items ADD COLUMN discarded BIGINT NOT NULL DEFAULT 0 CHECK (discarded IN (0, 1));

CREATE INDEX responses_by_previous ON responses (previous_response_id);
