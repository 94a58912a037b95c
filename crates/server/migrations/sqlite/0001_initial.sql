-- Accounts, sessions, apps with their environments, packages, deployments and the audit trail.
--
-- Ids are version 7 UUIDs in lower-case text form, which sort by creation time. Hashes are lower-case hexadecimal, times
-- are milliseconds since 1970 (UTC), booleans are 0 or 1, lists are JSON. Deferred references are checked at commit.

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    disabled BIGINT NOT NULL CHECK (disabled IN (0, 1))
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    carrier TEXT NOT NULL CHECK (carrier IN ('cookie', 'bearer')),
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    authorised_until BIGINT
);
CREATE INDEX sessions_of_account ON sessions (account);

CREATE TABLE apps (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    promotion TEXT NOT NULL CHECK (promotion IN ('strict', 'free')),
    technical_contact TEXT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE memberships (
    app TEXT NOT NULL REFERENCES apps (id),
    account TEXT NOT NULL REFERENCES accounts (id),
    deploy_permissions BIGINT NOT NULL CHECK (deploy_permissions IN (0, 1)),
    deactivated BIGINT NOT NULL CHECK (deactivated IN (0, 1)),
    PRIMARY KEY (app, account)
);
CREATE INDEX memberships_of_account ON memberships (account);

CREATE TABLE packages (
    id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL REFERENCES apps (id),
    file_name TEXT NOT NULL,
    version TEXT NOT NULL,
    runtime_version TEXT NOT NULL,
    manifest TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    uploaded_by TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    last_deployed_at BIGINT
);
CREATE INDEX packages_of_app ON packages (app, id);
CREATE INDEX packages_by_use ON packages (app, last_deployed_at, id);

-- A deployment outlives its package, so it stores a copy of the package's name.
CREATE TABLE deployments (
    id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL REFERENCES apps (id),
    environment TEXT NOT NULL,
    transported_from TEXT,
    package TEXT NOT NULL,
    version TEXT NOT NULL,
    runtime_version TEXT NOT NULL,
    file_name TEXT NOT NULL,
    replaces_package TEXT,
    replaces_version TEXT,
    replaces_runtime_version TEXT,
    replaces_file_name TEXT,
    starts BIGINT NOT NULL CHECK (starts IN (0, 1)),
    requested_by TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    stages TEXT NOT NULL,
    ended_at BIGINT,
    failure TEXT
);
CREATE INDEX deployments_onto ON deployments (environment, id);
CREATE INDEX deployments_unfinished ON deployments (package) WHERE ended_at IS NULL;

CREATE TABLE environments (
    id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL REFERENCES apps (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    protected BIGINT NOT NULL CHECK (protected IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('empty', 'stopped', 'starting', 'running', 'failed')),
    release TEXT REFERENCES deployments (id) DEFERRABLE INITIALLY DEFERRED,
    package TEXT REFERENCES packages (id) DEFERRABLE INITIALLY DEFERRED,
    since BIGINT,
    job TEXT REFERENCES deployments (id) DEFERRABLE INITIALLY DEFERRED,
    revision BIGINT NOT NULL,
    UNIQUE (app, slug),
    UNIQUE (app, position),
    CHECK ((state = 'empty') = (release IS NULL)),
    CHECK ((release IS NULL) = (package IS NULL) AND (release IS NULL) = (since IS NULL))
);
CREATE INDEX environments_holding ON environments (package);

-- The cells of the Node Permissions matrix. A cell without a row grants nothing.
CREATE TABLE grants (
    app TEXT NOT NULL,
    account TEXT NOT NULL,
    environment TEXT NOT NULL REFERENCES environments (id) DEFERRABLE INITIALLY DEFERRED,
    permissions BIGINT NOT NULL,
    PRIMARY KEY (app, account, environment),
    FOREIGN KEY (app, account) REFERENCES memberships (app, account) ON DELETE CASCADE
);

-- The environments that a package was deployed to, and whether it ran there. Strict promotion reads this.
CREATE TABLE package_deployments (
    package TEXT NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    environment TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    ran BIGINT NOT NULL CHECK (ran IN (0, 1)),
    at BIGINT NOT NULL,
    PRIMARY KEY (package, environment)
);

-- The audit trail. Rows are only ever inserted. They remain when their environment is removed.
CREATE TABLE activities (
    app TEXT NOT NULL REFERENCES apps (id),
    id TEXT NOT NULL,
    environment TEXT,
    account TEXT REFERENCES accounts (id),
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (app, id)
);
