-- Hashes of passwords in NFC. Those made before are of the password as it was typed.
ALTER TABLE accounts ADD COLUMN password_nfc BIGINT NOT NULL DEFAULT 0 CHECK (password_nfc IN (0, 1));

-- Unknown for packages uploaded before, which are not warned about.
ALTER TABLE packages ADD COLUMN has_index_page BIGINT NOT NULL DEFAULT 1 CHECK (has_index_page IN (0, 1));
