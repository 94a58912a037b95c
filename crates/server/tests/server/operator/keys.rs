//! `key rotate`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::accounts::furnished;
use super::script::{Script, start};
use crate::command::one_line;
use crate::process::{operate, prepared, works};

fn keys(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("data.key")).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_secret_is_sealed_with_the_new_key_and_works() {
    let folder = prepared();
    let folder = folder.path();
    furnished(folder);
    let server = start(folder);
    let seed = Script::tess(&server).await.enrol().await;
    one_line(&operate(folder, &["key", "rotate"], ""), "stop it");
    server.stop();
    let before = keys(folder);
    works(folder, &["backup", "before.zip"], "");

    let said = works(folder, &["key", "rotate"], "");
    assert!(said.contains("EncryptedSecret 13 secrets"), "a seed and twelve recovery codes: {said}");
    let after = keys(folder);
    assert_eq!(after[..1], before[..]);
    assert_eq!(after.len(), 2);
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(folder.join("data.key")).unwrap().permissions()) & 0o777,
        0o600
    );
    // The old one alone opens nothing any more.
    fs::write(folder.join("old.key"), format!("{}\n", before[0])).unwrap();
    assert_eq!(operate(folder, &["check", "--key-file", "old.key"], "").status.code(), Some(1));
    works(folder, &["restore", "before.zip", "--data", "again", "--key-file", "data.key"], "");

    let said = works(folder, &["key", "rotate", "--forget-old"], "");
    assert!(said.contains("forgotten"), "{said}");
    assert_eq!(keys(folder).len(), 1);
    assert!(!after.contains(&keys(folder)[0]));
    let server = start(folder);
    assert!(Script::tess(&server).await.unlocks_with(&seed).await);
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_loses_nothing() {
    let folder = prepared();
    let folder = folder.path();
    furnished(folder);
    let server = start(folder);
    let seed = Script::tess(&server).await.enrol().await;
    server.stop();
    for moment in 0..12 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_padlock-server"))
            .current_dir(folder)
            .env_clear()
            .args(["key", "rotate"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(moment * 8)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let said = works(folder, &["check"], "");
        assert!(said.contains("for 13 secrets"), "{moment}: {said}");
    }
    // As far as it could come without sealing anew: that key is gone on with.
    works(folder, &["key", "rotate", "--forget-old"], "");
    let old = fs::read_to_string(folder.join("data.key")).unwrap();
    fs::write(folder.join("data.key"), format!("{old}{}\n", "B".repeat(42) + "A")).unwrap();
    works(folder, &["key", "rotate"], "");
    assert_eq!(keys(folder).len(), 2, "no third one");
    assert!(!works(folder, &["key", "rotate"], "").is_empty());
    assert_eq!(keys(folder).len(), 3);
    let server = start(folder);
    assert!(Script::tess(&server).await.unlocks_with(&seed).await);
    server.stop();
}

#[test]
fn another_installations_key_file_stays_as_it_is() {
    let folder = prepared();
    let folder = folder.path();
    furnished(folder);
    one_line(&operate(folder, &["key", "rotate"], ""), "no key file");
    fs::write(folder.join("data.key"), "not a key\n").unwrap();
    one_line(&operate(folder, &["key", "rotate"], ""), "not a key file");
    assert_eq!(fs::read_to_string(folder.join("data.key")).unwrap(), "not a key\n");
}
