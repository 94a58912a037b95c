-- Second factors. What is sealed is text of the vault's: the key lies outside of the data folder.

-- The window's other end: when a padlocked operation was last done in it.
ALTER TABLE sessions ADD COLUMN window_used_at BIGINT;

-- Sign-ins with the right password that wait for a code. No request finds its session here.
CREATE TABLE waiting_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    carrier TEXT NOT NULL CHECK (carrier IN ('cookie', 'bearer')),
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    charged BIGINT NOT NULL
);

-- One an account, confirmed by its first right code. `last_step` and `charged` are only ever changed by guarded statements.
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

-- Pending ones, one an account. They prove nothing.
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

-- What happened to an account. Only ever added to; dismissing an entry hides its notice.
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
