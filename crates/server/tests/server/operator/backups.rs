//! `check`, `backup` and `restore`.

use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::Path;

use super::accounts::furnished;
use super::script::{Script, start};
use crate::command::one_line;
use crate::process::{command, operate, prepared, works};

fn only_package(data: &Path) -> std::path::PathBuf {
    let mut files = fs::read_dir(data.join("packages")).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}

/// A stopped installation with a package that runs and a second factor, and a backup of it that was made beside the
/// server.
async fn backed_up(folder: &Path) -> padlock_domain::second_factor::totp::Seed {
    furnished(folder);
    let server = start(folder);
    let mut tess = Script::tess(&server).await;
    tess.deploy("1.0.0").await;
    let seed = tess.enrol().await;
    let said = works(folder, &["backup", "one.zip"], "");
    assert!(said.contains("one package"), "{said}");
    assert_eq!(fs::read_dir(folder.join("data/tmp")).unwrap().count(), 0, "nothing is left of making it");
    server.stop();
    seed
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_backed_up_comes_back_and_works() {
    let folder = prepared();
    let folder = folder.path();
    let seed = backed_up(folder).await;
    fs::remove_dir_all(folder.join("data")).unwrap();
    let said = works(folder, &["restore", "one.zip"], "");
    assert!(said.contains("sign in anew"), "{said}");
    let said = works(folder, &["check", "--hashes"], "");
    assert!(said.contains("every hash compared") && !said.contains("WRONG"), "{said}");
    let server = start(folder);
    let tess = Script::tess(&server).await;
    let (_, environments) = tess.get("/apps/shop/environments").await;
    let test = &environments["items"][0];
    assert_eq!(
        (test["status"].as_str(), test["package"]["version"].as_str()),
        (Some("running"), Some("1.0.0")),
        "{test}"
    );
    assert_eq!(test["health"], "ok", "it is unpacked again: {test}");
    assert!(tess.unlocks_with(&seed).await);
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_has_no_session_and_no_key() {
    let folder = prepared();
    let folder = folder.path();
    furnished(folder);
    let server = start(folder);
    let mut tess = Script::tess(&server).await;
    tess.enrol().await;
    works(folder, &["backup", "one.zip"], "");
    let key = fs::read_to_string(folder.join("data.key")).unwrap();
    let key = key.lines().find(|line| !line.starts_with('#')).unwrap();
    let mut zip = zip::ZipArchive::new(File::open(folder.join("one.zip")).unwrap()).unwrap();
    let mut database = Vec::new();
    zip.by_name("padlock.db").unwrap().read_to_end(&mut database).unwrap();
    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    server.stop();
    assert!(has(&fs::read(folder.join("data/padlock.db")).unwrap(), &tess.stored()), "this is how a session is kept");
    assert!(has(&database, "tess@padlock.example"));
    assert!(!has(&database, &tess.stored()), "no session, not even the trace of one");
    let all = fs::read(folder.join("one.zip")).unwrap();
    assert!(!has(&all, key));
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(folder.join("one.zip")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_restored_leaves_nothing_behind() {
    let folder = prepared();
    let folder = folder.path();
    backed_up(folder).await;
    let into =
        |file: &str, data: &str| operate(folder, &["restore", file, "--data", data, "--key-file", "data.key"], "");
    one_line(&into("one.zip", "data"), "not empty");
    one_line(&into("nothing.zip", "new"), "cannot be read");
    one_line(&operate(folder, &["restore", "one.zip", "--data", "new"], ""), "no key file");
    fs::write(folder.join("other.key"), format!("{}\n", "A".repeat(43))).unwrap();
    let other = &["restore", "one.zip", "--data", "new", "--key-file", "other.key"];
    one_line(&operate(folder, other, ""), "which this backup needs");
    let whole = fs::read(folder.join("one.zip")).unwrap();
    fs::write(folder.join("half.zip"), &whole[..whole.len() / 2]).unwrap();
    one_line(&into("half.zip", "new"), "damaged");
    assert!(!folder.join("new").exists(), "nothing is begun with what is no backup");

    // One byte in the middle of the package, which no file system told anybody of.
    let package = fs::read(only_package(&folder.join("data"))).unwrap();
    let at = whole.windows(package.len()).position(|window| window == package).unwrap();
    let mut rotten = whole.clone();
    rotten[at + package.len() / 2] ^= 1;
    fs::write(folder.join("rotten.zip"), rotten).unwrap();
    let output = into("rotten.zip", "new");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    // A package too few.
    let mut zip = zip::ZipArchive::new(Cursor::new(&whole)).unwrap();
    let mut fewer = zip::ZipWriter::new(File::create(folder.join("fewer.zip")).unwrap());
    for name in ["padlock.db", "backup.json"] {
        let mut text = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut text).unwrap();
        fewer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut fewer, &text).unwrap();
    }
    fewer.finish().unwrap();
    one_line(&into("fewer.zip", "new"), "packages/");
    let left: Vec<_> = fs::read_dir(folder.join("new")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
    assert!(into("one.zip", "new").status.success(), "and it can be tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_killed_is_no_data_folder_and_begins_anew() {
    let folder = prepared();
    let folder = folder.path();
    backed_up(folder).await;
    // As far as it could come without the last step.
    works(folder, &["restore", "one.zip", "--data", "new", "--key-file", "data.key"], "");
    fs::write(folder.join("new/installation"), "being restored\n").unwrap();
    one_line(&command(folder).args(["--data", "new"]).output().unwrap(), "run it again");
    one_line(&operate(folder, &["account", "list", "--data", "new"], ""), "run it again");
    works(folder, &["restore", "one.zip", "--data", "new", "--key-file", "data.key"], "");
    let said = works(folder, &["account", "list", "--data", "new"], "");
    assert!(said.contains("Tess Tanaka"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_whole_or_is_not_there() {
    let folder = prepared();
    let folder = folder.path();
    backed_up(folder).await;
    one_line(&operate(folder, &["backup", "one.zip"], ""), "already");
    one_line(&operate(folder, &["backup", "data/two.zip"], ""), "in the data folder");
    let failed = operate(folder, &["backup", "nowhere/two.zip"], "");
    assert_eq!(failed.status.code(), Some(1));
    let package = only_package(&folder.join("data"));
    let mut bytes = fs::read(&package).unwrap();
    bytes[40] ^= 1;
    fs::write(&package, &bytes).unwrap();
    let failed = operate(folder, &["backup", "two.zip"], "");
    assert!(String::from_utf8_lossy(&failed.stderr).contains("is damaged"));
    let sizes = works(folder, &["check"], "");
    assert!(sizes.contains("sizes compared"), "{sizes}");
    let hashes = operate(folder, &["check", "--hashes"], "");
    assert_eq!(hashes.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&hashes.stdout).contains("is not what was uploaded"));
    fs::remove_file(&package).unwrap();
    let gone = operate(folder, &["check"], "");
    assert!(String::from_utf8_lossy(&gone.stdout).contains("WRONG  packages"));
    assert_eq!(String::from_utf8_lossy(&gone.stderr), "padlock-server: one thing is wrong\n");
    let mut names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!names.any(|name| name.contains("two")), "nothing of the failed ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_what_is_wrong_with_settings_keys_and_database() {
    let folder = prepared();
    let folder = folder.path();
    one_line(&operate(folder, &["check", "--listen", "nowhere"], ""), "--listen");
    let none = operate(folder, &["check"], "");
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stdout).contains("no data of Padlock"));
    backed_up(folder).await;
    let wrong = |more: &[&str], about: &str| {
        let output = operate(folder, &[&["check"], more].concat(), "");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.lines().any(|line| line.starts_with("WRONG") && line.contains(about)), "{about}: {said}");
    };
    wrong(&["--dist", "nowhere"], "no app in nowhere");
    wrong(&["--public-url", "https://a.example.net", "--apps-url", "https://{env}.{app}.example.net"], "one site");
    fs::write(folder.join("other.key"), format!("{}\n", "A".repeat(43))).unwrap();
    wrong(&["--key-file", "other.key"], "cannot be opened");
    wrong(&["--key-file", "nowhere.key"], "no key file");
    assert!(!works(folder, &["check"], "").contains("others can look"));
    #[cfg(unix)]
    fs::set_permissions(folder.join("data"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    assert!(works(folder, &["check"], "").contains("others can look into it: chmod 700"));
    let database = folder.join("data/padlock.db");
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    fs::write(&database, bytes).unwrap();
    let output = operate(folder, &["check"], "");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
}
