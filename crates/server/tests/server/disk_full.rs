//! A full disk, for packages and for the database: writes are refused with 507, reads go on, and the server works again as
//! soon as there is space.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use padlock_trials::{
    Client, ExpectedState, Installation, PASSWORD, ServerProcess, Stopwatch, Worker, assert_integrity,
};

use crate::support::{TESS, get_page, installation, installation_with_apps};

#[test]
fn the_server_works_again_when_a_full_disk_has_space() {
    let installation = installation();
    let Some((server, data)) = installation.start_on_small_disk(24, TESS, "shop") else {
        println!("skipped: this user cannot mount a tmpfs");
        return;
    };
    let mut worker = Worker::new(Client::signed_in(server.portal, TESS), "shop", 20_261_129);
    upload_and_deploy(&mut worker);
    for round in 0..3 {
        let filler = fill_disk(&data);
        run_until_refused(&mut worker, Worker::run_random_operation);
        assert_readable(&server, &worker);
        sign_in(&server);
        std::fs::remove_file(filler).unwrap();
        assert_writable(&server, &mut worker, &data, &format!("round {round}"));
    }
    println!("{:?}", worker.responses);
    // SQLite cannot open the file in the mount namespace of the server.
    for name in ["padlock.db", "padlock.db-wal"] {
        std::fs::copy(data.join(name), installation.folder().join(name)).unwrap();
    }
    assert_integrity(&installation.folder().join("padlock.db"));
    server.stop();
}

/// The limit applies to each file; the write-ahead log reaches it first.
#[test]
fn writes_are_refused_when_the_write_ahead_log_cannot_grow() {
    let installation = installation_with_apps(&["shop"]);
    let server = installation.start_with_file_size_limit(1, Installation::DEFAULT_OPTIONS);
    let mut worker = Worker::new(Client::signed_in(server.portal, TESS), "shop", 20_261_130);
    upload_and_deploy(&mut worker);
    run_until_refused(&mut worker, Worker::restart);
    println!("{:?}", worker.responses);
    // A few smaller writes may still fit.
    assert!((0..50).any(|_| sign_in(&server) == 507));
    assert_readable(&server, &worker);
    server.kill();
    let server = installation.start();
    worker.client.portal = server.portal;
    assert_writable(&server, &mut worker, &installation.data(), "after the restart");
    server.stop();
    assert_integrity(&installation.database());
}

fn upload_and_deploy(worker: &mut Worker) {
    worker.upload().unwrap();
    let id = worker.expected.packages.keys().next_back().unwrap().clone();
    assert!(worker.deploy(&id, true).unwrap(), "{:?}", worker.responses);
}

fn sign_in(server: &ServerProcess) -> u16 {
    let response = Client::anonymous(server.portal).sign_in(TESS, PASSWORD).unwrap();
    assert!(response.status == 200 || response.error_code() == "disk_full", "{}", response.text());
    response.status
}

/// Writes a file that takes all free space.
fn fill_disk(data: &Path) -> PathBuf {
    let path = data.join("filler");
    let mut file = File::create(&path).unwrap();
    for size in [64 * 1024, 512, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
    path
}

/// Runs an operation until five were refused because the disk is full, or one cannot end for this reason.
fn run_until_refused(worker: &mut Worker, mut operation: impl FnMut(&mut Worker) -> io::Result<()>) {
    let count = |worker: &Worker| -> u64 {
        worker.responses.iter().filter(|((_, status), _)| *status == 507).map(|(_, count)| count).sum()
    };
    let before = count(worker);
    let stopwatch = Stopwatch::start();
    while count(worker) < before + 5 {
        if let Err(error) = operation(worker) {
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            return;
        }
        assert!(stopwatch.elapsed() < Duration::from_secs(20), "nothing is refused: {:?}", worker.responses);
    }
}

fn assert_readable(server: &ServerProcess, worker: &Worker) {
    for path in ["/session", "/apps", "/ready", "/apps/shop/environments", "/apps/shop/packages", "/apps/shop/activity"]
    {
        let response = worker.client.get(path).unwrap();
        assert!(response.status < 300, "{path}: {}", response.text());
    }
    let _ = get_page(server, "/").expect(200);
}

fn assert_writable(server: &ServerProcess, worker: &mut Worker, data: &Path, when: &str) {
    worker.verify(server, false, when);
    let _ = Client::signed_in(server.portal, TESS);
    upload_and_deploy(worker);
    ExpectedState::wait_for_files(&[&worker.expected], data, when);
}
