-- A window counts only with its proof and the seal over it. Windows without one are closed: their owners verify again.
ALTER TABLE sessions ADD COLUMN window_proved_at BIGINT;
ALTER TABLE sessions ADD COLUMN window_seal TEXT;
UPDATE sessions SET authorised_until = NULL, window_used_at = NULL;
CREATE INDEX sessions_by_proof ON sessions (window_proved_at) WHERE window_proved_at IS NOT NULL;

-- The cleanup finds expired rows by these.
CREATE INDEX sessions_by_last_use ON sessions (last_seen_at);
CREATE INDEX sessions_by_age ON sessions (created_at);
CREATE INDEX mfa_challenges_of_account ON mfa_challenges (account);
CREATE INDEX account_entries_by_age ON account_entries (at);

-- How many wrong passwords an account had in the 24 hours from `since`.
CREATE TABLE wrong_passwords (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    since BIGINT NOT NULL,
    count BIGINT NOT NULL
);

-- What lists show of a manifest, so that they need not read it.
ALTER TABLE packages ADD COLUMN project_name TEXT NOT NULL DEFAULT '';
ALTER TABLE packages ADD COLUMN description TEXT NOT NULL DEFAULT '';
UPDATE packages SET project_name = manifest ->> 'project_name', description = substr(manifest ->> 'description', 1, 500);
