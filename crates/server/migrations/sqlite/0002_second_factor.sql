-- Second factors. Secrets are encrypted; the key is stored outside of the data folder.

-- The time of the last padlocked operation in the authorised window.
ALTER TABLE sessions ADD COLUMN window_used_at BIGINT;

-- Sign-ins with a correct password that still need a code. They are not sessions.
CREATE TABLE waiting_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    carrier TEXT NOT NULL CHECK (carrier IN ('cookie', 'bearer')),
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    charged BIGINT NOT NULL
);

-- The confirmed second factor of an account. Only guarded statements change `last_step` and `charged`.
CREATE TABLE second_factors (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    id TEXT NOT NULL UNIQUE,
    seed TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    sign_in BIGINT NOT NULL CHECK (sign_in IN (0, 1)),
    enrolled_at BIGINT NOT NULL,
    charged BIGINT NOT NULL,
    wait_until BIGINT,
    codes_saved BIGINT NOT NULL CHECK (codes_saved IN (0, 1))
);

-- Enrolments that are not confirmed yet, one per account.
CREATE TABLE enrolments (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    id TEXT NOT NULL UNIQUE,
    session TEXT NOT NULL,
    seed TEXT NOT NULL,
    replaces TEXT,
    expires_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    account TEXT NOT NULL REFERENCES accounts (id),
    number BIGINT NOT NULL,
    code TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account, number)
);

CREATE TABLE mail_codes (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    code TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    in_a_row BIGINT NOT NULL
);

-- What happened to an account. Rows are only ever inserted. Dismissing an entry hides its notice.
CREATE TABLE account_entries (
    account TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    device TEXT NOT NULL,
    event TEXT NOT NULL,
    told BIGINT NOT NULL CHECK (told IN (0, 1)),
    dismissed BIGINT NOT NULL CHECK (dismissed IN (0, 1)),
    PRIMARY KEY (account, id)
);
CREATE INDEX account_entries_to_tell ON account_entries (account, id) WHERE told = 1 AND dismissed = 0;
