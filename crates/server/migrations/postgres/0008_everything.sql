-- Everything that the migrations of SQLite up to this number create.
--
-- Ids are version 7 UUIDs in lower-case text form, which sort by creation time. Hashes are lower-case hexadecimal, times
-- are milliseconds since 1970 (UTC), booleans are 0 or 1, lists are JSON. Deferred references are checked at commit. The
-- order of text is that of its bytes, whatever the locale of the database is.

CREATE TABLE accounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    login TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C" NOT NULL,
    disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
    support_agent BIGINT NOT NULL DEFAULT 0 CHECK (support_agent IN (0, 1)),
    password_nfc BIGINT NOT NULL DEFAULT 0 CHECK (password_nfc IN (0, 1))
);

-- A window counts only with its proof and the seal over it.
CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    secret TEXT COLLATE "C" NOT NULL UNIQUE,
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('cookie', 'bearer')),
    user_agent TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    authorised_until BIGINT,
    window_used_at BIGINT,
    window_proved_at BIGINT,
    window_seal TEXT COLLATE "C"
);
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_proof ON sessions (window_proved_at) WHERE window_proved_at IS NOT NULL;
CREATE INDEX sessions_by_last_use ON sessions (last_seen_at);
CREATE INDEX sessions_by_age ON sessions (created_at);

-- Sign-ins with a correct password that still need a code. They are not sessions.
CREATE TABLE mfa_challenges (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    secret TEXT COLLATE "C" NOT NULL UNIQUE,
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('cookie', 'bearer')),
    user_agent TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL
);
CREATE INDEX mfa_challenges_of_account ON mfa_challenges (account);

-- The confirmed second factor of an account. Only guarded statements change `last_step` and `attempts`.
CREATE TABLE second_factors (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts (id),
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    seed TEXT COLLATE "C" NOT NULL,
    last_step BIGINT NOT NULL,
    sign_in BIGINT NOT NULL CHECK (sign_in IN (0, 1)),
    enrolled_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    wait_until BIGINT,
    codes_saved BIGINT NOT NULL CHECK (codes_saved IN (0, 1))
);

-- Enrolments that are not confirmed yet, one per account.
CREATE TABLE enrolments (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts (id),
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    session TEXT COLLATE "C" NOT NULL,
    seed TEXT COLLATE "C" NOT NULL,
    replaces TEXT COLLATE "C",
    expires_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE recovery_codes (
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    number BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account, number)
);

CREATE TABLE mail_codes (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts (id),
    code TEXT COLLATE "C" NOT NULL,
    sent_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    consecutive_sends BIGINT NOT NULL
);

-- How many wrong passwords an account had in the 24 hours from `since`.
CREATE TABLE wrong_passwords (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts (id),
    since BIGINT NOT NULL,
    count BIGINT NOT NULL
);

-- What happened to an account. Rows are only ever inserted. Dismissing an entry hides its notice.
CREATE TABLE account_entries (
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    notifies_owner BIGINT NOT NULL CHECK (notifies_owner IN (0, 1)),
    dismissed BIGINT NOT NULL CHECK (dismissed IN (0, 1)),
    PRIMARY KEY (account, id)
);
CREATE INDEX account_entries_undismissed ON account_entries (account, id) WHERE notifies_owner = 1 AND dismissed = 0;
CREATE INDEX account_entries_by_age ON account_entries (at);

CREATE TABLE apps (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    promotion TEXT COLLATE "C" NOT NULL CHECK (promotion IN ('strict', 'free')),
    technical_contact TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE memberships (
    app TEXT COLLATE "C" NOT NULL REFERENCES apps (id),
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    deploy_permissions BIGINT NOT NULL CHECK (deploy_permissions IN (0, 1)),
    deactivated BIGINT NOT NULL CHECK (deactivated IN (0, 1)),
    PRIMARY KEY (app, account)
);
CREATE INDEX memberships_of_account ON memberships (account);

CREATE TABLE packages (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    app TEXT COLLATE "C" NOT NULL REFERENCES apps (id),
    file_name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    runtime_version TEXT COLLATE "C" NOT NULL,
    manifest TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    uploaded_by TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    last_deployed_at BIGINT,
    -- What lists show of a manifest, so that they need not read it.
    project_name TEXT COLLATE "C" NOT NULL DEFAULT '',
    description TEXT COLLATE "C" NOT NULL DEFAULT '',
    has_index_page BIGINT NOT NULL DEFAULT 1 CHECK (has_index_page IN (0, 1))
);
CREATE INDEX packages_of_app ON packages (app, id);
CREATE INDEX packages_by_use ON packages (app, last_deployed_at, id);

-- A deployment outlives its package, so it stores a copy of the package's name.
CREATE TABLE deployments (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    app TEXT COLLATE "C" NOT NULL REFERENCES apps (id),
    environment TEXT COLLATE "C" NOT NULL,
    transported_from TEXT COLLATE "C",
    package TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    runtime_version TEXT COLLATE "C" NOT NULL,
    file_name TEXT COLLATE "C" NOT NULL,
    replaces_package TEXT COLLATE "C",
    replaces_version TEXT COLLATE "C",
    replaces_runtime_version TEXT COLLATE "C",
    replaces_file_name TEXT COLLATE "C",
    starts BIGINT NOT NULL CHECK (starts IN (0, 1)),
    requested_by TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    stages TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT,
    failure TEXT COLLATE "C"
);
CREATE INDEX deployments_onto ON deployments (environment, id);
CREATE INDEX deployments_unfinished ON deployments (package) WHERE ended_at IS NULL;

CREATE TABLE environments (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    app TEXT COLLATE "C" NOT NULL REFERENCES apps (id),
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    protected BIGINT NOT NULL CHECK (protected IN (0, 1)),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('empty', 'stopped', 'starting', 'running', 'failed')),
    release TEXT COLLATE "C" REFERENCES deployments (id) DEFERRABLE INITIALLY DEFERRED,
    package TEXT COLLATE "C" REFERENCES packages (id) DEFERRABLE INITIALLY DEFERRED,
    since BIGINT,
    active_deployment TEXT COLLATE "C" REFERENCES deployments (id) DEFERRABLE INITIALLY DEFERRED,
    revision BIGINT NOT NULL,
    UNIQUE (app, slug),
    UNIQUE (app, position),
    CHECK ((state = 'empty') = (release IS NULL)),
    CHECK ((release IS NULL) = (package IS NULL) AND (release IS NULL) = (since IS NULL))
);
CREATE INDEX environments_holding ON environments (package);

-- The cells of the Node Permissions matrix. A cell without a row grants nothing.
CREATE TABLE member_permissions (
    app TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL REFERENCES environments (id) DEFERRABLE INITIALLY DEFERRED,
    permissions BIGINT NOT NULL,
    PRIMARY KEY (app, account, environment),
    FOREIGN KEY (app, account) REFERENCES memberships (app, account) ON DELETE CASCADE
);

-- The environments that a package was deployed to, and whether it ran there. Strict promotion reads this.
CREATE TABLE package_deployments (
    package TEXT COLLATE "C" NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    environment TEXT COLLATE "C" NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    ran BIGINT NOT NULL CHECK (ran IN (0, 1)),
    at BIGINT NOT NULL,
    PRIMARY KEY (package, environment)
);

-- The audit trail. Rows are only ever inserted. They remain when their environment is removed. Entries of an app have an
-- order of their own, which is assigned in the transaction that adds them.
CREATE TABLE activities (
    app TEXT COLLATE "C" NOT NULL REFERENCES apps (id),
    id TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C",
    account TEXT COLLATE "C" REFERENCES accounts (id),
    at BIGINT NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL DEFAULT '',
    seq BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (app, id)
);
CREATE UNIQUE INDEX activities_by_seq ON activities (app, seq);
CREATE INDEX activities_by_time ON activities (app, at, seq);
CREATE INDEX activities_by_account ON activities (app, account, at, seq);
CREATE INDEX activities_by_kind ON activities (app, kind, at, seq);
CREATE INDEX activities_by_environment ON activities (app, environment, at, seq);

CREATE TABLE activity_sequences (
    app TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES apps (id),
    last_seq BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

-- What has to be done after a transaction. A job is leased while it runs; its number of attempts is the proof of the lease.
-- The payload is empty when it is not needed any more.
CREATE TABLE jobs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    give_up_at BIGINT,
    attempts BIGINT NOT NULL,
    leased_by TEXT COLLATE "C",
    leased_until BIGINT,
    last_error TEXT COLLATE "C",
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
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('ready', 'restoring', 'moved'))
);
