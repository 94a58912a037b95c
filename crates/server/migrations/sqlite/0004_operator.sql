-- What the operator decides about an account, besides whether it may sign in.

ALTER TABLE accounts ADD COLUMN support_agent BIGINT NOT NULL DEFAULT 0 CHECK (support_agent IN (0, 1));
