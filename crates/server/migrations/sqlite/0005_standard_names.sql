-- Renames tables and columns to the words that the code and the documents use.

ALTER TABLE sessions RENAME COLUMN carrier TO kind;

ALTER TABLE waiting_sessions RENAME TO mfa_challenges;
ALTER TABLE mfa_challenges RENAME COLUMN carrier TO kind;
ALTER TABLE mfa_challenges RENAME COLUMN charged TO attempts;

ALTER TABLE environments RENAME COLUMN job TO active_deployment;
ALTER TABLE grants RENAME TO member_permissions;

ALTER TABLE second_factors RENAME COLUMN charged TO attempts;

ALTER TABLE mail_codes RENAME COLUMN tries TO attempts;
ALTER TABLE mail_codes RENAME COLUMN in_a_row TO consecutive_sends;

DROP INDEX account_entries_to_tell;
ALTER TABLE account_entries RENAME COLUMN told TO notifies_owner;
CREATE INDEX account_entries_undismissed ON account_entries (account, id) WHERE notifies_owner = 1 AND dismissed = 0;
