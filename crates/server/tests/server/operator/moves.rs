//! Moves between the engines, and installations and backups of earlier versions.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::Path;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Client, Installation, execute, postgres};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{add_team, deploy, installation_with_team, is_accepted};
use crate::support::{DANA, TESS, assert_refused, installation};

/// A data folder, its key file, a backup, and the secrets of Tess, made by the version before backups had a MAC.
const EARLIER: &[u8] = include_bytes!("earlier-installation.zip");

fn new_database() -> String {
    postgres::run(postgres::new_database())
}

/// Returns an installation of an earlier version, and the secrets of Tess.
fn earlier_installation() -> (Installation, Value) {
    let installation = installation();
    zip::ZipArchive::new(Cursor::new(EARLIER)).unwrap().extract(installation.folder()).unwrap();
    let secrets = fs::read_to_string(installation.folder().join("secrets.json")).unwrap();
    (installation, serde_json::from_str(&secrets).unwrap())
}

/// Moves the installation to a database, or to SQLite.
fn move_to(installation: &mut Installation, database: Option<&str>, name: &str) {
    let folder = installation.folder().to_owned();
    let output = installation.run(&["backup", "--move", name], "");
    assert!(output.contains("No server starts on the old data any more"), "{output}");
    assert_refused(&installation.serve_command(&[]).output().unwrap(), "was moved away");
    installation.use_database(database);
    let output = installation.run(&["restore", "--move", name, "--data", "moved", "--key-file", "data.key"], "");
    assert!(output.contains("Sessions go on"), "{output}");
    fs::remove_dir_all(folder.join("data")).unwrap();
    fs::rename(folder.join("moved"), folder.join("data")).unwrap();
    let output = installation.run(&["check", "--hashes"], "");
    assert!(!output.contains("WRONG"), "{output}");
}

/// Returns the rows of each table in a backup, in any order.
fn tables(folder: &Path, name: &str) -> BTreeMap<String, Vec<String>> {
    let mut zip = zip::ZipArchive::new(File::open(folder.join(name)).unwrap()).unwrap();
    let mut tables = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        if !file.name().unwrap().ends_with(".jsonl") {
            continue;
        }
        let mut text = String::new();
        let name = file.name().unwrap().into_owned();
        file.read_to_string(&mut text).unwrap();
        // The engines have the columns in different orders.
        let mut lines = text.lines().map(|line| serde_json::from_str::<Vec<Value>>(line).unwrap());
        let columns = lines.next().unwrap();
        let row = |row: Vec<Value>| {
            let row: BTreeMap<_, _> = columns.iter().map(|name| name.as_str().unwrap()).zip(row).collect();
            serde_json::to_string(&row).unwrap()
        };
        let mut rows: Vec<_> = lines.map(row).collect();
        rows.sort_unstable();
        tables.insert(name, rows);
    }
    tables
}

#[test]
fn an_installation_moves_to_postgres_and_back_and_keeps_everything() {
    let (mut installation, secrets) = earlier_installation();
    let seed = Seed::from_base32(secrets["seed"].as_str().unwrap()).unwrap();
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    let code = json!({ "code": secrets["recovery_codes"][0] });
    let unlocked = tess.post("/verify-2fa-code", &code).unwrap().expect(200).json();
    tess.token = Some(unlocked["session_token"].as_str().unwrap().to_owned());
    server.stop();

    let database = new_database();
    move_to(&mut installation, Some(&database), "to-postgres.backup");
    assert!(!installation.database().exists());
    let server = installation.start();
    tess.portal = server.portal;
    let session = tess.get("/session").unwrap().expect(200).json();
    assert_eq!(session["authorised_until"], unlocked["authorised_until"], "the padlock is still open");
    assert_eq!(tess.post("/verify-2fa-code", &code).unwrap().error_code(), "code_already_used");
    let test = &tess.get("/apps/shop/environments").unwrap().json()["items"][0];
    assert_eq!(
        (&test["status"], &test["version"], &test["health"]),
        (&"running".into(), &"1.0.0".into(), &"ok".into())
    );
    deploy(&tess, "2.0.0");
    assert!(is_accepted(&seed, &Client::signed_in(server.portal, TESS)));
    installation.run(&["account", "disable", DANA], "");
    server.stop();

    move_to(&mut installation, None, "to-sqlite.backup");
    installation.run(&["backup", "--move", "again.backup"], "");
    let folder = installation.folder();
    let (before, after) = (tables(folder, "to-sqlite.backup"), tables(folder, "again.backup"));
    assert!(before.len() >= 19 && before["tables/activities.jsonl"].len() >= 5, "{:?}", before.keys());
    assert_eq!(before, after);
    let output = installation.run(&["undo-move"], "");
    assert!(output.contains("This installation goes on."), "{output}");
    assert_refused(&installation.output(&["undo-move"], ""), "was not moved");
    let server = installation.start();
    tess.portal = server.portal;
    assert_eq!(tess.get("/session").unwrap().status, 200);
    let test = &tess.get("/apps/shop/environments").unwrap().json()["items"][0];
    assert_eq!((&test["version"], &test["health"]), (&"2.0.0".into(), &"ok".into()));
    assert_eq!(Client::anonymous(server.portal).sign_in(DANA, "a fine long sentence").unwrap().status, 401);
    server.stop();
}

#[test]
fn a_data_folder_and_a_database_of_different_installations_never_meet() {
    let database = new_database();
    let (mut earlier, _) = earlier_installation();
    earlier.use_database(Some(&database));
    assert_refused(&earlier.output(&["account", "list"], ""), "has a database of its own");
    let mut installation = installation_with_team();
    installation.use_database(Some(&database));
    assert_refused(&installation.output(&["account", "list"], ""), "belongs to another database");
    fs::rename(installation.data(), installation.folder().join("sqlite")).unwrap();
    add_team(&installation);
    // The option is forgotten.
    installation.use_database(None);
    assert_refused(&installation.output(&["account", "list"], ""), "Name the database with --database");
    assert_refused(&installation.serve_command(&[]).output().unwrap(), "Name the database with --database");
    // A database that is in use is no target of a restore.
    let sqlite = ["--data", "sqlite", "--key-file", "sqlite.key"];
    fs::write(installation.folder().join("sqlite.key"), format!("{}\n", "A".repeat(43))).unwrap();
    installation.run(&[["backup", "one.backup"].as_slice(), &sqlite].concat(), "");
    installation.use_database(Some(&database));
    let restore = ["restore", "one.backup", "--data", "new", "--key-file", "sqlite.key"];
    assert_refused(&installation.output(&restore, ""), "belongs to an installation already");
    assert_eq!(installation.run(&["account", "list"], "").lines().count(), 2);
}

/// Also two data folders with the same id, such as copies of one.
#[test]
fn two_servers_never_use_one_database() {
    let mut installation = installation();
    let database = new_database();
    installation.use_database(Some(&database));
    add_team(&installation);
    let data = installation.folder().join("copy");
    fs::create_dir(&data).unwrap();
    for name in ["installation", "installation-id"] {
        fs::copy(installation.data().join(name), data.join(name)).unwrap();
    }
    let server = installation.start();
    let refused = installation.serve_command(&["--data", "copy"]).output().unwrap();
    assert_refused(&refused, "another padlock-server uses the database postgres://");
    server.kill();
    installation.start_with(&["--data", "copy"]).stop();
}

#[test]
fn every_command_works_on_postgres() {
    let mut installation = installation();
    let database = new_database();
    installation.use_database(Some(&database));
    add_team(&installation);
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    deploy(&tess, "1.0.0");
    let seed = tess.enrol(false);
    assert!(installation.run(&["account", "list"], "").contains("second factor"));
    installation.run(&["account", "disable", DANA], "");
    installation.run(&["account", "enable", DANA], "");
    installation.run(&["support-agent", "add", DANA], "");
    installation.run(&["app", "add", "crm", "--technical-contact", TESS, "--member", DANA], "");
    installation.run(&["jobs", "list"], "");
    installation.run(&["backup", "one.backup"], "");
    server.stop();
    installation.run(&["key", "rotate", "--forget-old"], "");
    let output = installation.run(&["check", "--hashes"], "");
    assert!(!output.contains("WRONG") && output.contains("every hash compared"), "{output}");
    let server = installation.start();
    let tess = Client::signed_in(server.portal, TESS);
    assert!(is_accepted(&seed, &tess), "the seed was encrypted with the new key");
    server.stop();
    let password = database.split(['/', ':', '@']).nth(4).unwrap();
    let wrong = database.replace(password, "not-the-password");
    let refused = installation.command(&["account", "list"]).env("PADLOCK_DATABASE", &wrong).output().unwrap();
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(error.contains("password authentication failed") && !error.contains("not-the-password"), "{error}");
}

#[test]
fn a_backup_of_an_earlier_version_is_restored_on_request() {
    let (mut installation, secrets) = earlier_installation();
    let restore = ["restore", "earlier.zip", "--data", "new", "--key-file", "data.key"];
    assert_refused(&installation.output(&restore, ""), "nothing shows who wrote it");
    for database in [None, Some(new_database())] {
        installation.use_database(database.as_deref());
        let output = installation.run(&[&restore[..], &["--unauthenticated"]].concat(), "");
        assert!(output.contains("whoever could write the file decided who can sign in"), "{output}");
        assert!(output.contains("The recovery codes of one account are void"), "{output}");
        fs::remove_dir_all(installation.data()).unwrap();
        fs::rename(installation.folder().join("new"), installation.data()).unwrap();
        let server = installation.start();
        let mut tess = Client::signed_in(server.portal, TESS);
        let refused = tess.post("/verify-2fa-code", &json!({ "code": secrets["recovery_codes"][0] })).unwrap();
        assert_eq!(refused.error_code(), "wrong_code");
        tess.token = Some(secrets["token"].as_str().unwrap().to_owned());
        assert_eq!(tess.get("/session").unwrap().status, 401, "sessions have ended");
        assert_eq!(tess.get("/apps").unwrap().status, 401);
        server.stop();
    }
}

#[test]
fn triggers_and_views_of_a_backup_do_not_come_in() {
    let (installation, _) = earlier_installation();
    let folder = installation.folder();
    for (statement, what) in [
        (
            "CREATE TRIGGER backdoor AFTER INSERT ON sessions BEGIN UPDATE accounts SET disabled = 0; END",
            "a trigger that is not Padlock's: backdoor",
        ),
        ("CREATE VIEW backdoor AS SELECT * FROM accounts", "a view that is not Padlock's: backdoor"),
        ("CREATE TABLE backdoor (x)", "a table that is not Padlock's: backdoor"),
    ] {
        let mut zip = zip::ZipArchive::new(File::open(folder.join("earlier.zip")).unwrap()).unwrap();
        let changed = folder.join("changed.db");
        fs::write(&changed, read(&mut zip, "padlock.db")).unwrap();
        execute(&changed, statement);
        execute(&changed, "PRAGMA journal_mode = DELETE");
        let database = fs::read(&changed).unwrap();
        let mut manifest: Value = serde_json::from_slice(&read(&mut zip, "backup.json")).unwrap();
        for file in manifest["files"].as_array_mut().unwrap() {
            if file["name"] == "padlock.db" {
                file["size"] = database.len().into();
                file["sha256"] =
                    Sha256::digest(&database).iter().map(|b| format!("{b:02x}")).collect::<String>().into();
            }
        }
        let mut forged = zip::ZipWriter::new(File::create(folder.join("forged.zip")).unwrap());
        let package =
            zip.file_names().map(Result::unwrap).find(|name| name.starts_with("packages/")).unwrap().into_owned();
        let package = (package.clone(), read(&mut zip, &package));
        for (name, content) in [
            ("padlock.db".to_owned(), database),
            package,
            ("backup.json".to_owned(), serde_json::to_vec(&manifest).unwrap()),
        ] {
            forged.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            forged.write_all(&content).unwrap();
        }
        forged.finish().unwrap();
        let restore = ["restore", "--unauthenticated", "forged.zip", "--data", "new", "--key-file", "data.key"];
        assert_refused(&installation.output(&restore, ""), what);
        fs::remove_file(&changed).unwrap();
    }
}

fn read(zip: &mut zip::ZipArchive<File>, name: &str) -> Vec<u8> {
    let mut content = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
    content
}
