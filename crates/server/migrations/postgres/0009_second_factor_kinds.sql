-- A second factor has a row with what all kinds share, and one in the table of its kind. So does an enrolment.
ALTER TABLE second_factors ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'authenticator';

-- Only a guarded statement changes `last_step`.
CREATE TABLE authenticators (
    factor TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES second_factors (id) ON DELETE CASCADE,
    seed TEXT COLLATE "C" NOT NULL,
    last_step BIGINT NOT NULL
);
INSERT INTO authenticators (factor, seed, last_step) SELECT id, seed, last_step FROM second_factors;
ALTER TABLE second_factors DROP COLUMN seed;
ALTER TABLE second_factors DROP COLUMN last_step;

ALTER TABLE enrolments ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'authenticator';

CREATE TABLE authenticator_enrolments (
    enrolment TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES enrolments (id) ON DELETE CASCADE,
    seed TEXT COLLATE "C" NOT NULL
);
INSERT INTO authenticator_enrolments (enrolment, seed) SELECT id, seed FROM enrolments;
ALTER TABLE enrolments DROP COLUMN seed;

ALTER TABLE second_factors ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE enrolments ALTER COLUMN kind DROP DEFAULT;
