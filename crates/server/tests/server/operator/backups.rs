//! The commands `check`, `backup` and `restore`.

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Client, Installation, PASSWORD, execute, totp_code};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{deploy, installation_with_team, is_accepted};
use crate::support::{DANA, TESS, assert_refused, installation, zip_archive};

fn only_package(data: &Path) -> PathBuf {
    let mut files = fs::read_dir(data.join("packages")).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}

/// Returns a stopped installation with a deployed package and a second factor, the seed of the latter, and a backup
/// `one.backup` that was made while the server was running.
pub(super) fn installation_with_backup() -> (Installation, Seed) {
    let installation = installation_with_team();
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    deploy(&tess, "1.0.0");
    let seed = tess.enrol(false);
    let output = installation.run(&["backup", "one.backup"], "");
    assert!(output.contains("one package"), "{output}");
    assert_eq!(fs::read_dir(installation.data().join("tmp")).unwrap().count(), 0, "no temporary file is left");
    server.stop();
    (installation, seed)
}

#[test]
fn a_restored_backup_works() {
    let (installation, seed) = installation_with_backup();
    fs::remove_dir_all(installation.data()).unwrap();
    let output = installation.run(&["restore", "one.backup"], "");
    assert!(output.contains("sign in anew") && output.contains("are enabled again"), "{output}");
    let output = installation.run(&["check", "--hashes"], "");
    assert!(output.contains("every hash compared") && !output.contains("WRONG"), "{output}");
    let server = installation.start();
    let tess = Client::signed_in(server.portal, TESS);
    let test = &tess.get("/apps/shop/environments").unwrap().json()["items"][0];
    let state = (&test["status"], &test["package"]["version"], &test["health"]);
    assert_eq!(state, (&"running".into(), &"1.0.0".into(), &"ok".into()), "{test}");
    assert!(is_accepted(&seed, &tess));
    let entries = tess.get("/apps/shop/activity").unwrap().json();
    assert!(entries["items"][0]["text"].as_str().unwrap().starts_with("restored the portal"), "{entries}");
    server.stop();
}

/// What was used or ended after the backup was made does not come back to life.
#[test]
fn a_restore_reactivates_nothing() {
    let installation = installation_with_team();
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    let enrolled = tess.enrol(false);
    let codes = tess.recovery_codes.clone();
    let mut dana = Client::signed_in(server.portal, DANA);
    installation.run(&["backup", "one.backup"], "");
    let used = tess.post("/verify-2fa-code", &json!({ "code": codes[0] })).unwrap();
    assert_eq!(used.status, 200);
    installation.run(&["account", "disable", DANA], "");
    installation.add_account("omar@padlock.example");
    server.stop();

    // As if the phone had been lost.
    execute(&installation.database(), "DELETE FROM recovery_codes");
    execute(&installation.database(), "DELETE FROM second_factors");
    fs::rename(installation.data(), installation.folder().join("old")).unwrap();
    let output = installation.run(&["restore", "one.backup", "--damaged", "old"], "");
    for line in [
        "tess@padlock.example has replaced or lost the second factor since: the one of the backup works again.",
        "dana@padlock.example is enabled in the backup, and was disabled since.",
        "omar@padlock.example was created after the backup, and is gone.",
        "The recovery codes of one account are void: their owners get an email to make new ones.",
        "Disabled one account.",
    ] {
        assert!(output.lines().any(|printed| printed == line), "{line}: {output}");
    }
    let server = installation.start();
    for client in [&mut tess, &mut dana] {
        client.portal = server.portal;
        assert_eq!(client.get("/session").unwrap().status, 401, "sessions have ended");
    }
    let refused = Client::anonymous(server.portal).sign_in(DANA, PASSWORD).unwrap();
    assert_eq!(refused.error_code(), "wrong_credentials", "a disabled account does not sign in");
    let tess = Client::signed_in(server.portal, TESS);
    // The code that the authenticator app shows now could have been used since the backup was made.
    let current = tess.post("/verify-2fa-code", &json!({ "code": totp_code(&enrolled, 0) })).unwrap();
    assert_eq!(current.error_code(), "code_already_used");
    // Both the code that was used and one that was not.
    for code in &codes[..2] {
        let refused = tess.post("/verify-2fa-code", &json!({ "code": code })).unwrap();
        assert_eq!(refused.error_code(), "wrong_code", "{code}");
    }
    let account = tess.get("/account").unwrap().json();
    assert_eq!(account["recovery_codes_left"], 0);
    let notice = "The portal was restored from a backup, so your recovery codes do not work any more. Make new ones.";
    assert!(account["notices"].as_array().unwrap().iter().any(|shown| shown["text"] == notice), "{account}");
    let entries = tess.get("/apps/shop/activity").unwrap().json();
    let texts: Vec<_> = entries["items"].as_array().unwrap().iter().map(|entry| entry["text"].clone()).collect();
    assert!(texts.contains(&"disabled Dana Dahl’s account for the operator".into()), "{texts:?}");
    server.stop();
}

#[test]
fn a_backup_needs_the_keys_of_the_secrets_and_a_failed_one_is_no_move() {
    let (installation, _) = installation_with_backup();
    fs::write(installation.folder().join("other.key"), format!("{}\n", "A".repeat(43))).unwrap();
    for backup in [&["backup"][..], &["backup", "--move"]] {
        let with_other_key = [backup, &["two.backup", "--key-file", "other.key"]].concat();
        assert_refused(&installation.output(&with_other_key, ""), "does not belong to this data");
        let failed = installation.output(&[backup, &["nowhere/two.backup"]].concat(), "");
        assert_eq!(failed.status.code(), Some(1));
    }
    installation.start().stop();
}

#[test]
fn a_backup_contains_neither_sessions_nor_the_key() {
    let installation = installation_with_team();
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    tess.enrol(false);
    assert_refused(&installation.output(&["backup", "--move", "move.backup"], ""), "stop it");
    installation.run(&["backup", "one.backup"], "");
    let folder = installation.folder();
    let key = fs::read_to_string(folder.join("data.key")).unwrap();
    let key = key.lines().find(|line| !line.starts_with('#')).unwrap();
    let session = Sha256::digest(tess.token.unwrap()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let contains = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    server.stop();
    assert!(contains(&fs::read(installation.database()).unwrap(), &session));
    installation.run(&["backup", "--move", "move.backup"], "");
    for (file, has_sessions) in [("one.backup", false), ("move.backup", true)] {
        let files = unzip(&fs::read(folder.join(file)).unwrap());
        assert!(files.iter().any(|(_, content)| contains(content, TESS)));
        assert_eq!(files.iter().any(|(_, content)| contains(content, &session)), has_sessions, "{file}");
        assert_eq!(files.iter().any(|(name, _)| name == "tables/jobs.jsonl"), has_sessions, "{file}");
        assert!(!files.iter().any(|(_, content)| contains(content, key)));
        let mode = fs::metadata(folder.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// Returns the files of a backup.
fn unzip(backup: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(backup)).unwrap();
    let count = zip.len();
    let read = |index| {
        let mut file = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    };
    (0..count).map(read).collect()
}

#[test]
fn a_refused_restore_leaves_no_data() {
    let (installation, _) = installation_with_backup();
    let folder = installation.folder();
    let restore =
        |file: &str, data: &str| installation.output(&["restore", file, "--data", data, "--key-file", "data.key"], "");
    assert_refused(&restore("one.backup", "data"), "not empty");
    assert_refused(&restore("nothing.backup", "new"), "cannot be read");
    assert_refused(&installation.output(&["restore", "one.backup", "--data", "new"], ""), "no key file");
    fs::write(folder.join("other.key"), format!("{}\n", "A".repeat(43))).unwrap();
    let other = &["restore", "one.backup", "--data", "new", "--key-file", "other.key"];
    assert_refused(&installation.output(other, ""), "which this backup needs");
    let with_move = ["restore", "--move", "one.backup", "--data", "new", "--key-file", "data.key"];
    assert_refused(&installation.output(&with_move, ""), "was not made with `backup --move`");
    let backup = fs::read(folder.join("one.backup")).unwrap();
    // Whoever changes the file cannot make its MAC.
    let mut altered = unzip(&backup);
    for (name, content) in &mut altered {
        if name == "tables/accounts.jsonl" {
            *content = String::from_utf8(content.clone()).unwrap().replace(TESS, DANA).into_bytes();
        }
    }
    let head = &backup[..backup.windows(4).position(|window| window == b"PK\x03\x04").unwrap()];
    let files: Vec<_> = altered.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    for changed in [
        backup[..backup.len() / 2].to_vec(),
        [&backup[..], b"x"].concat(),
        [head, &zip_archive(&files)].concat(),
        backup.iter().enumerate().map(|(index, byte)| byte ^ u8::from(index == backup.len() / 2)).collect(),
    ] {
        fs::write(folder.join("changed.backup"), changed).unwrap();
        assert_refused(&restore("changed.backup", "new"), "its MAC is wrong");
    }
    fs::write(folder.join("other.zip"), zip_archive(&files)).unwrap();
    assert_refused(&restore("other.zip", "new"), "nothing shows who wrote it");
    let unauthenticated = ["restore", "--unauthenticated", "other.zip", "--data", "new", "--key-file", "data.key"];
    assert_refused(&installation.output(&unauthenticated, ""), "the lines before its zip file are missing");
    let damaged = [&b"padlock-backup 2\nkey "[..], &backup[30..]].concat();
    for (content, what) in [
        (&b"padlock-backup 3\n"[..], "newer version"),
        (&damaged, "its first lines cannot be read"),
        (b"", "is damaged, or not a backup"),
    ] {
        fs::write(folder.join("other.zip"), content).unwrap();
        assert_refused(&restore("other.zip", "new"), what);
    }
    assert!(!folder.join("new").exists(), "an invalid file is refused before the folder is created");
    assert!(restore("one.backup", "new").status.success());
}

/// Writes a backup whose manifest describes these files: name, size, and the content in the archive, which is compressed.
fn forge_backup(path: &Path, files: &[(&str, u64, &[u8])]) {
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    let mut entries = Vec::new();
    for (name, size, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        let sha256 = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        entries.push(serde_json::json!({ "name": name, "size": size, "sha256": sha256 }));
    }
    let manifest = serde_json::json!({
        "format": 1, "made_at": "2026-01-01T00:00:00Z", "server": "0.1.0", "keys": [], "files": entries,
    });
    zip.start_file("backup.json", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(manifest.to_string().as_bytes()).unwrap();
    zip.finish().unwrap();
}

#[test]
fn a_small_backup_cannot_fill_the_disk() {
    const PACKAGE: &str = "packages/00000000-0000-7000-8000-000000000000.mda";
    let installation = installation();
    let folder = installation.folder();
    let restore = || installation.output(&["restore", "--unauthenticated", "bomb.zip", "--data", "new"], "");
    let bomb = vec![0; 128 * 1024 * 1024];
    let declared = bomb.len() as u64;
    for files in [
        // The size is what the archive contains, with the right hash.
        &[("padlock.db", declared, bomb.as_slice())][..],
        &[("padlock.db", 5, b"small".as_slice()), (PACKAGE, declared, &bomb)],
        &[("padlock.db", u64::MAX, b"small".as_slice()), (PACKAGE, u64::MAX, b"x")],
    ] {
        forge_backup(&folder.join("bomb.zip"), files);
        assert!(fs::metadata(folder.join("bomb.zip")).unwrap().len() < 200_000);
        assert_refused(&restore(), "is not trusted");
        assert!(!folder.join("new").exists(), "nothing is written");
    }
    forge_backup(&folder.join("bomb.zip"), &[("padlock.db", 5, b"small"), (PACKAGE, 600 << 20, b"x")]);
    assert_refused(&restore(), "larger than any package can be");

    // The archive contains more than the manifest says.
    forge_backup(&folder.join("bomb.zip"), &[("padlock.db", 1_000, &bomb)]);
    assert_refused(&restore(), "larger than its manifest says");
    // More would be an error of another kind.
    let limited = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" restore --unauthenticated bomb.zip --data new";
    let program = installation.command(&[]).get_program().to_owned();
    let output = Command::new("sh").current_dir(folder).arg("-c").arg(limited).arg(program).output().unwrap();
    assert_refused(&output, "larger than its manifest says");
    let left: Vec<_> = fs::read_dir(folder.join("new")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
}

#[test]
fn an_interrupted_restore_can_be_repeated() {
    let (installation, _) = installation_with_backup();
    // The state before the last step of a restore.
    installation.run(&["restore", "one.backup", "--data", "new", "--key-file", "data.key"], "");
    fs::write(installation.folder().join("new/installation"), "being restored\n").unwrap();
    assert_refused(&installation.serve_command(&["--data", "new"]).output().unwrap(), "run it again");
    assert_refused(&installation.output(&["account", "list", "--data", "new"], ""), "run it again");
    installation.run(&["restore", "one.backup", "--data", "new", "--key-file", "data.key"], "");
    let output = installation.run(&["account", "list", "--data", "new"], "");
    assert!(output.contains("Tess Tanaka"), "{output}");
}

#[test]
fn a_failed_backup_leaves_no_file_and_check_finds_the_damage() {
    let (installation, _) = installation_with_backup();
    assert_refused(&installation.output(&["backup", "one.backup"], ""), "already");
    assert_refused(&installation.output(&["backup", "data/two.backup"], ""), "in the data folder");
    let failed = installation.output(&["backup", "nowhere/two.backup"], "");
    assert_eq!(failed.status.code(), Some(1));
    let package = only_package(&installation.data());
    let mut bytes = fs::read(&package).unwrap();
    bytes[40] ^= 1;
    fs::write(&package, &bytes).unwrap();
    let failed = installation.output(&["backup", "two.backup"], "");
    assert!(String::from_utf8_lossy(&failed.stderr).contains("is damaged"));
    let output = installation.run(&["check"], "");
    assert!(output.contains("sizes compared"), "{output}");
    let hashes = installation.output(&["check", "--hashes"], "");
    assert_eq!(hashes.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&hashes.stdout).contains("is not what was uploaded"));
    fs::remove_file(&package).unwrap();
    let gone = installation.output(&["check"], "");
    assert!(String::from_utf8_lossy(&gone.stdout).contains("WRONG  packages"));
    assert_eq!(String::from_utf8_lossy(&gone.stderr), "padlock-server: one thing is wrong\n");
    let mut names =
        fs::read_dir(installation.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!names.any(|name| name.contains("two")), "the failed backups");
}

#[test]
fn check_reports_wrong_options_keys_permissions_and_pages() {
    let installation = installation();
    assert_refused(&installation.output(&["check", "--listen", "nowhere"], ""), "--listen");
    let empty = installation.output(&["check"], "");
    assert_eq!(empty.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&empty.stdout).contains("no data of Padlock"));

    let (installation, _) = installation_with_backup();
    let assert_wrong = |options: &[&str], message: &str| {
        let output = installation.output(&[&["check"], options].concat(), "");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.lines().any(|line| line.starts_with("WRONG") && line.contains(message)), "{message}: {text}");
    };
    assert_wrong(&["--dist", "nowhere"], "no app in nowhere");
    assert_wrong(
        &["--public-url", "https://a.example.net", "--apps-url", "https://{env}--{app}.example.net"],
        "one site",
    );
    fs::write(installation.folder().join("other.key"), format!("{}\n", "A".repeat(43))).unwrap();
    assert_wrong(&["--key-file", "other.key"], "cannot be opened");
    assert_wrong(&["--key-file", "nowhere.key"], "no key file");
    assert!(!installation.run(&["check"], "").contains("others can look"));
    fs::set_permissions(installation.data(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(installation.run(&["check"], "").contains("others can look into it: chmod 700"));
    let database = installation.database();
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    fs::write(&database, bytes).unwrap();
    let output = installation.output(&["check"], "");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
}
