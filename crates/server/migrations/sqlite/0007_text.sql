-- Hashes of passwords in NFC. Those made before are of the password as it was typed.
ALTER TABLE accounts ADD COLUMN password_nfc BOOLEAN NOT NULL DEFAULT 0;

-- Unknown for packages uploaded before, which are not warned about.
ALTER TABLE packages ADD COLUMN has_index_page BOOLEAN NOT NULL DEFAULT 1;
