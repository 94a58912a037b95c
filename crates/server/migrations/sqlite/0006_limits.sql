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

-- A slug contains no `--`, which separates two slugs in a host name, and is not `xn`. Runs of hyphens become one. If the
-- result is taken, or the slug is `xn`, the end of the id is appended.
WITH wanted AS (
    SELECT id, slug, replace(replace(replace(slug, '-', '<>'), '><', ''), '<>', '-') AS name FROM apps
), numbered AS (
    SELECT id, slug, name, row_number() OVER (PARTITION BY name ORDER BY slug <> name, id) AS place FROM wanted
)
UPDATE apps SET slug = CASE
    WHEN place = 1 AND numbered.name <> 'xn' THEN numbered.name
    ELSE rtrim(substr(numbered.name, 1, 27), '-') || '-' || substr(apps.id, -12)
END
FROM numbered WHERE numbered.id = apps.id AND (numbered.slug <> numbered.name OR numbered.slug = 'xn');

WITH wanted AS (
    SELECT id, app, slug, replace(replace(replace(slug, '-', '<>'), '><', ''), '<>', '-') AS name FROM environments
), numbered AS (
    SELECT id, slug, name, row_number() OVER (PARTITION BY app, name ORDER BY slug <> name, id) AS place FROM wanted
)
UPDATE environments SET slug = CASE
    WHEN place = 1 AND numbered.name <> 'xn' THEN numbered.name
    ELSE rtrim(substr(numbered.name, 1, 27), '-') || '-' || substr(environments.id, -12)
END
FROM numbered WHERE numbered.id = environments.id AND (numbered.slug <> numbered.name OR numbered.slug = 'xn');

-- How many codes were tried to confirm an enrolment.
ALTER TABLE enrolments ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
