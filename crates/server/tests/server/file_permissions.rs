//! Only the owner can access the files of the server, whatever the umask.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use padlock_trials::{Client, Installation, PASSWORD, SamplePackage, ServerProcess};
use serde_json::json;

use crate::support::{TESS, installation, installation_with_apps};

/// Returns the command so that it runs with a umask.
fn with_umask(umask: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.current_dir(command.get_current_dir().unwrap()).env_clear();
    shell.args(["-c", &format!("umask {umask}\nexec \"$0\" \"$@\"")]);
    shell.arg(command.get_program()).args(command.get_args());
    shell
}

fn run(installation: &Installation, umask: &str, arguments: &[&str]) {
    let mut command = with_umask(umask, &installation.command(arguments));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{PASSWORD}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{arguments:?}");
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o777
}

/// Asserts that files have the mode 0600 and folders 0700, and returns how many there are.
#[track_caller]
fn assert_private(path: &Path) -> usize {
    let is_folder = path.is_dir();
    assert_eq!(mode(path), if is_folder { 0o700 } else { 0o600 }, "{}", path.display());
    if !is_folder {
        return 1;
    }
    fs::read_dir(path).unwrap().map(|entry| assert_private(&entry.unwrap().path())).sum::<usize>() + 1
}

/// Uploads and deploys a package, begins another upload, and checks everything that was written by then.
fn work(server: &ServerProcess, data: &Path) {
    let client = Client::signed_in(server.portal, TESS);
    let package = SamplePackage::new("1.0.0", 5).to_bytes();
    let id = client.upload_package("shop", &package);
    client.deploy("shop", "test", &json!({ "package_id": id }));
    let upload = client.request("POST", "/apps/shop/packages").header("Content-Length", "2000000");
    let body = vec![0; 600_000];
    let mut connection = upload.send_part(server.portal, usize::MAX).unwrap();
    std::io::Write::write_all(&mut connection, &body).unwrap();
    for _ in 0..500 {
        if fs::read_dir(data.join("tmp")).unwrap().count() > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    for name in ["tmp", "packages", "releases"] {
        assert!(assert_private(&data.join(name)) > 1, "{name}");
    }
    for name in ["padlock.db", "padlock.db-wal", "padlock.db-shm", "lock", "installation"] {
        assert_private(&data.join(name));
    }
    assert_private(data);
    assert_private(&data.with_file_name("data.key"));
    drop(connection);
}

#[test]
fn everything_that_is_written_is_private_with_any_umask() {
    for umask in ["000", "022", "077"] {
        let installation = installation();
        let data = installation.data();
        // A folder that was made beforehand.
        fs::create_dir(&data).unwrap();
        fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
        run(&installation, umask, &["account", "add", TESS, "--name", "Tess"]);
        assert_private(&data);
        run(&installation, umask, &["app", "add", "shop", "--technical-contact", TESS]);
        let server =
            ServerProcess::spawn(with_umask(umask, &installation.serve_command(Installation::DEFAULT_OPTIONS)));
        work(&server, &data);
        run(&installation, umask, &["backup", "one.zip"]);
        assert_private(&installation.folder().join("one.zip"));
        server.stop();
        assert_private(&data);

        let restore = ["restore", "one.zip", "--data", "above/new", "--key-file", "data.key"];
        run(&installation, umask, &restore);
        assert!(assert_private(&installation.folder().join("above")) > 5);
    }
}

#[test]
fn wide_permissions_are_named_by_check_and_narrowed_by_the_next_start() {
    let installation = installation_with_apps(&["shop"]);
    let (folder, data) = (installation.folder(), installation.data());
    let server = installation.start();
    work(&server, &data);
    server.stop();
    assert!(installation.run(&["check"], "").contains("only the owner can access the files"));

    let package = fs::read_dir(data.join("packages")).unwrap().next().unwrap().unwrap().path();
    let widened = [
        (data.clone(), 0o755),
        (data.join("packages"), 0o777),
        (data.join("releases"), 0o750),
        (installation.database(), 0o644),
        (data.join("lock"), 0o664),
        (package.clone(), 0o604),
    ];
    for (path, mode) in &widened {
        fs::set_permissions(path, Permissions::from_mode(*mode)).unwrap();
    }
    // What the server did not make, and what links lead to, stays as it is.
    let (foreign, linked) = (data.join("notes.txt"), folder.join("linked"));
    for file in [&foreign, &linked] {
        fs::write(file, "mine").unwrap();
        fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
    }
    symlink(&linked, data.join("packages/link.mda")).unwrap();

    let output = installation.run(&["check"], "");
    let line = output.lines().find(|line| line.contains("permissions")).unwrap();
    assert!(line.starts_with("note"), "{line}");
    for (path, mode) in &widened {
        let path = path.strip_prefix(folder).unwrap();
        assert!(line.contains(&format!("{} ({mode:04o})", path.display())), "{line}");
    }
    assert!(!line.contains("notes.txt") && !line.contains("link.mda"), "{line}");

    installation.start().stop();
    for (path, _) in &widened {
        assert_eq!(mode(path) & 0o077, 0, "{}", path.display());
    }
    assert_eq!([mode(&foreign), mode(&linked)], [0o644, 0o644]);
    assert!(installation.run(&["check"], "").contains("only the owner can access the files"));

    let key = folder.join("data.key");
    fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    assert!(installation.run(&["check"], "").contains("data.key (0640)"));
}

#[test]
fn a_folder_of_somebody_else_keeps_its_permissions() {
    let installation = installation();
    let data = installation.data();
    fs::create_dir(&data).unwrap();
    fs::write(data.join("thesis.txt"), "mine").unwrap();
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(installation.serve_command(&[]).output().unwrap().status.code(), Some(2));
    assert_eq!(mode(&data), 0o755);
}
