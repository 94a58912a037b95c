-- One index for each filter of the audit trail. Ids sort by creation time, so each index returns entries in order.

ALTER TABLE activities ADD COLUMN kind TEXT NOT NULL DEFAULT '';
UPDATE activities SET kind = event ->> 'type';

CREATE INDEX activities_by_account ON activities (app, account, id);
CREATE INDEX activities_by_kind ON activities (app, kind, id);
CREATE INDEX activities_by_environment ON activities (app, environment, id);
