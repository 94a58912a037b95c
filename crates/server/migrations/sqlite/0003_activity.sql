-- Looking through the audit trail: an index for each thing that it can be looked through for. Ids sort by age, so each
-- of them gives its entries newest first.

ALTER TABLE activities ADD COLUMN kind TEXT NOT NULL DEFAULT '';
UPDATE activities SET kind = event ->> 'type';

CREATE INDEX activities_by_account ON activities (app, account, id);
CREATE INDEX activities_by_kind ON activities (app, kind, id);
CREATE INDEX activities_by_environment ON activities (app, environment, id);
