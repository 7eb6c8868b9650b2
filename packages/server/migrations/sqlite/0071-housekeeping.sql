-- What the periodic tasks did so far, over all processes: for the metrics.

ALTER TABLE job_schedules ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_schedules ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_schedules ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_schedules ADD COLUMN last_success_at INTEGER;
