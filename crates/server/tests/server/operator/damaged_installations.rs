//! What is done with an installation that is damaged, or whose database is lost.

use std::fs;

use padlock_trials::{execute, postgres};

use super::backups::installation_with_backup;
use super::installation_with_team;
use crate::support::{DANA, assert_refused};

#[test]
fn accounts_stay_enabled_if_the_operator_wants_that() {
    let installation = installation_with_team();
    let server = installation.start();
    installation.run(&["backup", "one.backup"], "");
    installation.run(&["account", "disable", DANA], "");
    server.stop();
    fs::rename(installation.data(), installation.folder().join("old")).unwrap();
    let output = installation.run(&["restore", "one.backup", "--damaged", "old", "--leave-enabled"], "");
    assert!(output.contains("was disabled since") && !output.contains("Disabled"), "{output}");
    assert!(!installation.run(&["account", "list"], "").contains("disabled"));
    // A damaged installation of which nothing can be read.
    fs::write(installation.folder().join("old/padlock.db"), [0xff; 10_000]).unwrap();
    fs::remove_dir_all(installation.data()).unwrap();
    for damaged in ["old", "misspelt"] {
        let restore = ["restore", "one.backup", "--damaged", damaged];
        let what = format!("nothing can be read of sqlite:{damaged}/padlock.db");
        assert_refused(&installation.output(&restore, ""), &what);
        assert!(!installation.data().exists());
    }
    let restore = ["restore", "one.backup", "--damaged", "old", "--accept-unreadable"];
    let output = installation.run(&restore, "");
    assert!(output.contains("Not every account is compared: nothing can be read of"), "{output}");
    assert_eq!(fs::read_to_string(installation.data().join("restore.log")).unwrap(), output);
}

/// Which accounts were disabled since is not known, so the operator decides.
#[test]
fn a_damaged_installation_that_lacks_accounts_is_not_trusted() {
    let mut installation = installation_with_team();
    installation.start().stop();
    installation.run(&["backup", "one.backup"], "");
    let folder = installation.folder().to_owned();
    fs::rename(installation.data(), folder.join("old")).unwrap();
    execute(&folder.join("old/padlock.db"), "DELETE FROM memberships");
    execute(&folder.join("old/padlock.db"), "DELETE FROM accounts WHERE login = 'dana@padlock.example'");
    for database in [None, Some(postgres::run(postgres::new_database()))] {
        installation.use_database(database.as_deref());
        let restore = ["restore", "one.backup", "--damaged", "old"];
        assert_refused(&installation.output(&restore, ""), "lacks one account of the backup");
        assert!(!installation.data().join("installation").exists(), "no data folder is left");
        let output = installation.run(&[&restore[..], &["--accept-unreadable"]].concat(), "");
        assert!(output.contains("Not every account is compared"), "{output}");
        assert_eq!(installation.run(&["account", "list"], "").lines().count(), 2);
        fs::remove_dir_all(installation.data()).unwrap();
    }
    let mut both = installation.command(&["restore", "one.backup", "--damaged", "old"]);
    let refused = both.env("PADLOCK_DAMAGED_DATABASE", "sqlite:other.db").output().unwrap();
    assert_refused(&refused, "there are two damaged databases");
}

#[test]
fn a_lost_database_is_not_replaced_by_an_empty_one() {
    let (installation, _) = installation_with_backup();
    fs::remove_file(installation.database()).unwrap();
    for arguments in [&["account", "list"][..], &["backup", "two.backup"], &["jobs", "list"], &["undo-move"]] {
        assert_refused(&installation.output(arguments, ""), "or it is lost");
    }
    let check = installation.output(&["check"], "");
    assert!(String::from_utf8_lossy(&check.stdout).contains("or it is lost"), "{check:?}");
    assert_refused(&installation.serve_command(&[]).output().unwrap(), "or it is lost");
    assert!(!installation.database().exists());
}
