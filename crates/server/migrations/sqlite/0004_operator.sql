-- Whether an account belongs to a support agent.

ALTER TABLE accounts ADD COLUMN support_agent BIGINT NOT NULL DEFAULT 0 CHECK (support_agent IN (0, 1));
