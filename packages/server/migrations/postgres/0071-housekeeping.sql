-- What the periodic tasks did so far, over all processes: for the metrics.

ALTER TABLE job_schedules ADD COLUMN runs BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job_schedules ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job_schedules ADD COLUMN removed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job_schedules ADD COLUMN last_success_at BIGINT;
