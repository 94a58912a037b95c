//! The commands `check`, `backup` and `restore`.

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Client, Installation};
use sha2::{Digest, Sha256};

use super::{deploy, installation_with_team, is_accepted};
use crate::support::{TESS, assert_refused, installation};

fn only_package(data: &Path) -> PathBuf {
    let mut files = fs::read_dir(data.join("packages")).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}

/// Returns a stopped installation with a deployed package and a second factor, the seed of the latter, and a backup
/// `one.zip` that was made while the server was running.
fn installation_with_backup() -> (Installation, Seed) {
    let installation = installation_with_team();
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    deploy(&tess, "1.0.0");
    let seed = tess.enrol(false);
    let output = installation.run(&["backup", "one.zip"], "");
    assert!(output.contains("one package"), "{output}");
    assert_eq!(fs::read_dir(installation.data().join("tmp")).unwrap().count(), 0, "no temporary file is left");
    server.stop();
    (installation, seed)
}

#[test]
fn a_restored_backup_works() {
    let (installation, seed) = installation_with_backup();
    fs::remove_dir_all(installation.data()).unwrap();
    let output = installation.run(&["restore", "one.zip"], "");
    assert!(output.contains("sign in anew"), "{output}");
    let output = installation.run(&["check", "--hashes"], "");
    assert!(output.contains("every hash compared") && !output.contains("WRONG"), "{output}");
    let server = installation.start();
    let tess = Client::signed_in(server.portal, TESS);
    let test = &tess.get("/apps/shop/environments").unwrap().json()["items"][0];
    let state = (&test["status"], &test["package"]["version"], &test["health"]);
    assert_eq!(state, (&"running".into(), &"1.0.0".into(), &"ok".into()), "{test}");
    assert!(is_accepted(&seed, &tess));
    server.stop();
}

#[test]
fn a_backup_contains_neither_sessions_nor_the_key() {
    let installation = installation_with_team();
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    tess.enrol(false);
    installation.run(&["backup", "one.zip"], "");
    let folder = installation.folder();
    let key = fs::read_to_string(folder.join("data.key")).unwrap();
    let key = key.lines().find(|line| !line.starts_with('#')).unwrap();
    let mut zip = zip::ZipArchive::new(File::open(folder.join("one.zip")).unwrap()).unwrap();
    let mut database = Vec::new();
    zip.by_name("padlock.db").unwrap().read_to_end(&mut database).unwrap();
    let session = Sha256::digest(tess.token.unwrap()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let contains = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    server.stop();
    assert!(contains(&fs::read(installation.database()).unwrap(), &session));
    assert!(contains(&database, TESS));
    assert!(!contains(&database, &session), "not even in free pages of the file");
    let all = fs::read(folder.join("one.zip")).unwrap();
    assert!(!contains(&all, key));
    let mode = fs::metadata(folder.join("one.zip")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_refused_restore_leaves_no_data() {
    let (installation, _) = installation_with_backup();
    let folder = installation.folder();
    let restore =
        |file: &str, data: &str| installation.output(&["restore", file, "--data", data, "--key-file", "data.key"], "");
    assert_refused(&restore("one.zip", "data"), "not empty");
    assert_refused(&restore("nothing.zip", "new"), "cannot be read");
    assert_refused(&installation.output(&["restore", "one.zip", "--data", "new"], ""), "no key file");
    fs::write(folder.join("other.key"), format!("{}\n", "A".repeat(43))).unwrap();
    let other = &["restore", "one.zip", "--data", "new", "--key-file", "other.key"];
    assert_refused(&installation.output(other, ""), "which this backup needs");
    let backup = fs::read(folder.join("one.zip")).unwrap();
    fs::write(folder.join("half.zip"), &backup[..backup.len() / 2]).unwrap();
    assert_refused(&restore("half.zip", "new"), "damaged");
    assert!(!folder.join("new").exists(), "an invalid file is refused before the folder is created");

    // One wrong byte in the package.
    let package = fs::read(only_package(&installation.data())).unwrap();
    let at = backup.windows(package.len()).position(|window| window == package).unwrap();
    let mut corrupt = backup.clone();
    corrupt[at + package.len() / 2] ^= 1;
    fs::write(folder.join("corrupt.zip"), corrupt).unwrap();
    let output = restore("corrupt.zip", "new");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    // A missing package.
    let mut zip = zip::ZipArchive::new(Cursor::new(&backup)).unwrap();
    let mut fewer = zip::ZipWriter::new(File::create(folder.join("fewer.zip")).unwrap());
    for name in ["padlock.db", "backup.json"] {
        let mut content = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        fewer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        fewer.write_all(&content).unwrap();
    }
    fewer.finish().unwrap();
    assert_refused(&restore("fewer.zip", "new"), "packages/");
    let left: Vec<_> = fs::read_dir(folder.join("new")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
    assert!(restore("one.zip", "new").status.success(), "another attempt is possible");
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
    let restore = || installation.output(&["restore", "bomb.zip", "--data", "new"], "");
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
    assert_refused(&restore(), "which no package can be");

    // The archive contains more than the manifest says.
    forge_backup(&folder.join("bomb.zip"), &[("padlock.db", 1_000, &bomb)]);
    assert_refused(&restore(), "larger than its manifest says");
    // More would be an error of another kind.
    let limited = "trap '' XFSZ; ulimit -f 4; exec \"$0\" restore bomb.zip --data new";
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
    installation.run(&["restore", "one.zip", "--data", "new", "--key-file", "data.key"], "");
    fs::write(installation.folder().join("new/installation"), "being restored\n").unwrap();
    assert_refused(&installation.serve_command(&["--data", "new"]).output().unwrap(), "run it again");
    assert_refused(&installation.output(&["account", "list", "--data", "new"], ""), "run it again");
    installation.run(&["restore", "one.zip", "--data", "new", "--key-file", "data.key"], "");
    let output = installation.run(&["account", "list", "--data", "new"], "");
    assert!(output.contains("Tess Tanaka"), "{output}");
}

#[test]
fn a_failed_backup_leaves_no_file_and_check_finds_the_damage() {
    let (installation, _) = installation_with_backup();
    assert_refused(&installation.output(&["backup", "one.zip"], ""), "already");
    assert_refused(&installation.output(&["backup", "data/two.zip"], ""), "in the data folder");
    let failed = installation.output(&["backup", "nowhere/two.zip"], "");
    assert_eq!(failed.status.code(), Some(1));
    let package = only_package(&installation.data());
    let mut bytes = fs::read(&package).unwrap();
    bytes[40] ^= 1;
    fs::write(&package, &bytes).unwrap();
    let failed = installation.output(&["backup", "two.zip"], "");
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
