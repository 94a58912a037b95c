-- Entries of an app have an order of their own, which is assigned in the transaction that adds them. Their times never go
-- back, except when the clock is moved back by more than its tolerance.
CREATE TABLE activity_sequences (
    app TEXT NOT NULL PRIMARY KEY REFERENCES apps (id),
    last_seq BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

ALTER TABLE activities ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
UPDATE activities SET seq = numbered.seq
FROM (SELECT app, id, row_number() OVER (PARTITION BY app ORDER BY at, id) AS seq FROM activities) AS numbered
WHERE numbered.app = activities.app AND numbered.id = activities.id;
INSERT INTO activity_sequences (app, last_seq, last_at) SELECT app, MAX(seq), MAX(at) FROM activities GROUP BY app;

DROP INDEX activities_by_account;
DROP INDEX activities_by_kind;
DROP INDEX activities_by_environment;
CREATE UNIQUE INDEX activities_by_seq ON activities (app, seq);
CREATE INDEX activities_by_time ON activities (app, at, seq);
CREATE INDEX activities_by_account ON activities (app, account, at, seq);
CREATE INDEX activities_by_kind ON activities (app, kind, at, seq);
CREATE INDEX activities_by_environment ON activities (app, environment, at, seq);

-- What has to be done after a transaction. A job is leased while it runs; its number of attempts is the proof of the lease.
-- The payload is empty when it is not needed any more.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    give_up_at BIGINT,
    attempts BIGINT NOT NULL,
    leased_by TEXT,
    leased_until BIGINT,
    last_error TEXT,
    done_at BIGINT,
    failed_at BIGINT,
    CHECK (done_at IS NULL OR failed_at IS NULL),
    CHECK ((leased_by IS NULL) = (leased_until IS NULL))
);
CREATE INDEX jobs_to_run ON jobs (run_at, id) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX jobs_done ON jobs (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX jobs_failed ON jobs (failed_at) WHERE failed_at IS NOT NULL;

-- The identity of this installation, which its data folder has too. There is at most one row.
CREATE TABLE installation (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('ready', 'restoring', 'moved'))
);
