//! A backup that an earlier version made, before second factors had kinds (schema 8), is restored and migrated.
//!
//! It has Tess, who has an authenticator app, Dana, who types its code at sign-in as well, Omar, who had only begun to enrol
//! one, and an app of Tess. Everybody has the password of the other tests.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Client, PASSWORD, postgres};

use super::is_accepted;
use crate::support::{DANA, TESS, installation};

const BACKUP: &[u8] = include_bytes!("../../fixtures/schema-8.backup");
const KEYS: &[u8] = include_bytes!("../../fixtures/schema-8.key");
const SEED_OF_TESS: &str = "BHUGSKMDGVDWRZWIXJ34HFSKCONG3EOF";
const SEED_OF_DANA: &str = "TEKDRRSQZFIHS6R6AKVDYXKRA4LANDO4";
const OMAR: &str = "omar@padlock.example";

#[test]
fn a_backup_of_an_earlier_version_keeps_second_factors() {
    for database in [None, Some(postgres::new_database())] {
        let database = database.map(postgres::run);
        let mut installation = installation();
        installation.use_database(database.as_deref());
        fs::write(installation.folder().join("earlier.backup"), BACKUP).unwrap();
        let key_file = installation.folder().join("data.key");
        fs::write(&key_file, KEYS).unwrap();
        fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
        installation.run(&["restore", "earlier.backup", "--key-file", "data.key"], "");
        let checked = installation.run(&["check"], "");
        assert!(checked.contains("for 2 secrets"), "recovery codes do not survive a restore: {checked}");

        let server = installation.start();
        let tess = Client::signed_in(server.portal, TESS);
        assert!(is_accepted(&Seed::from_base32(SEED_OF_TESS).unwrap(), &tess));
        let mut dana = Client::anonymous(server.portal);
        let waiting = dana.sign_in(DANA, PASSWORD).unwrap().expect(200).json();
        assert_eq!(waiting["state"], "two_factor_required");
        assert!(is_accepted(&Seed::from_base32(SEED_OF_DANA).unwrap(), &dana));
        let omar = Client::signed_in(server.portal, OMAR);
        assert!(omar.get("/account").unwrap().json()["second_factor"].is_null());
        server.stop();
        installation.run(&["key", "rotate", "--forget-old"], "");
    }
}
