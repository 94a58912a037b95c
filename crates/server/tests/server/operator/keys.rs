//! The command `key rotate`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use padlock_api::keyring::Key;
use padlock_trials::{Client, Installation, dump};

use super::{installation_with_team, is_accepted};
use crate::support::{TESS, assert_refused};

fn keys(installation: &Installation) -> Vec<String> {
    let text = fs::read_to_string(installation.folder().join("data.key")).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn a_rotation_encrypts_every_secret_with_the_new_key() {
    let installation = installation_with_team();
    let server = installation.start();
    let seed = Client::signed_in(server.portal, TESS).enrol(false);
    assert_refused(&installation.output(&["key", "rotate"], ""), "stop it");
    server.stop();
    let before = keys(&installation);
    installation.run(&["backup", "before.zip"], "");

    let is_sealed = |row: &String| row.contains("v1.");
    let sealed = || dump(&installation.database()).into_iter().filter(is_sealed).count();
    assert_eq!(sealed(), 14, "13 secrets and the window");
    let output = installation.run(&["key", "rotate"], "");
    assert_eq!(sealed(), 13, "the window is closed");
    assert!(output.contains("Encrypted 13 secrets"), "a seed and twelve recovery codes: {output}");
    let after = keys(&installation);
    assert_eq!(after[..1], before[..]);
    assert_eq!(after.len(), 2);
    let mode = fs::metadata(installation.folder().join("data.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // The old key alone decrypts nothing.
    fs::write(installation.folder().join("old.key"), format!("{}\n", before[0])).unwrap();
    assert_eq!(installation.output(&["check", "--key-file", "old.key"], "").status.code(), Some(1));
    installation.run(&["restore", "before.zip", "--data", "again", "--key-file", "data.key"], "");

    let output = installation.run(&["key", "rotate", "--forget-old"], "");
    assert!(output.contains("forgotten"), "{output}");
    let forgotten: Vec<_> = after.iter().map(|key| Key::from_text(key).unwrap().id()).collect();
    let kept = dump(&installation.database()).into_iter().filter(|row| forgotten.iter().any(|id| row.contains(id)));
    assert_eq!(kept.count(), 0, "what was encrypted with a forgotten key is lost");
    assert_eq!(keys(&installation).len(), 1);
    assert!(!after.contains(&keys(&installation)[0]));
    let server = installation.start();
    assert!(is_accepted(&seed, &Client::signed_in(server.portal, TESS)));
    server.stop();
}

#[test]
fn a_rotation_that_is_killed_loses_no_secret() {
    let installation = installation_with_team();
    let server = installation.start();
    let seed = Client::signed_in(server.portal, TESS).enrol(false);
    server.stop();
    for attempt in 0..12 {
        let mut command = installation.command(&["key", "rotate"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(attempt * 8));
        child.kill().unwrap();
        child.wait().unwrap();
        let output = installation.run(&["check"], "");
        assert!(output.contains("for 13 secrets"), "{attempt}: {output}");
    }
    // A rotation that was killed before the first encryption has added a key; the next one uses it.
    installation.run(&["key", "rotate", "--forget-old"], "");
    let file = installation.folder().join("data.key");
    let old = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{old}{}\n", "B".repeat(42) + "A")).unwrap();
    installation.run(&["key", "rotate"], "");
    assert_eq!(keys(&installation).len(), 2, "no further key");
    assert!(!installation.run(&["key", "rotate"], "").is_empty());
    assert_eq!(keys(&installation).len(), 3);
    let server = installation.start();
    assert!(is_accepted(&seed, &Client::signed_in(server.portal, TESS)));
    server.stop();
}

#[test]
fn a_missing_or_invalid_key_file_is_refused_and_not_changed() {
    let installation = installation_with_team();
    assert_refused(&installation.output(&["key", "rotate"], ""), "no key file");
    let file = installation.folder().join("data.key");
    fs::write(&file, "not a key\n").unwrap();
    assert_refused(&installation.output(&["key", "rotate"], ""), "not a key file");
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a key\n");
}
