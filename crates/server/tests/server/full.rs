//! A disk without room, for the packages and for the database itself: 507, reads go on, and it works again by itself.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use padlock_trials::{Books, Client, PASSWORD, Place, Process, Request, Watch, Worker, sound};

use crate::process::{TESS, furnished, place, prepared};

#[test]
fn no_room_for_anything() {
    let folder = prepared();
    let Some((server, data)) = place(folder.path()).start_on_small_disk(24, TESS, "shop") else {
        println!("not tried: it takes a system where this user may mount a tmpfs");
        return;
    };
    let mut worker = Worker::new(Client::signed_in(server.portal, TESS), "shop", 20_261_129);
    begin(&mut worker);
    for round in 0..3 {
        let filler = fill(&data);
        refused(&mut worker, Worker::act);
        reads(&server, &worker);
        let mut stranger = Client::stranger(server.portal);
        let answer = stranger.sign_in(TESS, PASSWORD).unwrap();
        assert!(matches!(answer.status, 200 | 507), "{}", answer.text());
        std::fs::remove_file(filler).unwrap();
        works_again(&server, &mut worker, &data, round);
    }
    println!("{:?}", worker.tally);
    // A file in another mount's namespace cannot be opened as a database; a copy of it can.
    for name in ["padlock.db", "padlock.db-wal"] {
        std::fs::copy(data.join(name), folder.path().join(name)).unwrap();
    }
    sound(&folder.path().join("padlock.db"));
    assert_eq!(server.stop().0, Some(0));
}

/// A limit of the system's is met by one file, whatever room the others have: here by the database's log.
#[test]
fn no_room_for_the_databases_log() {
    let (_folder, place) = furnished(&["shop"]);
    let server = place.start_after(&Place::little_room(1), &["--first-binding", "password"]);
    let mut worker = Worker::new(Client::signed_in(server.portal, TESS), "shop", 20_261_130);
    begin(&mut worker);
    refused(&mut worker, Worker::restart);
    println!("{:?}", worker.tally);
    // What is smaller may fit still, a few times.
    let answers = (0..50).map(|_| Client::stranger(server.portal).sign_in(TESS, PASSWORD).unwrap());
    let refused =
        answers.inspect(|answer| assert!(matches!(answer.status, 200 | 507))).find(|a| a.status == 507).unwrap();
    assert_eq!(refused.code(), "disk_full", "{}", refused.text());
    reads(&server, &worker);
    server.kill();
    let server = place.start();
    worker.client.to = server.portal;
    works_again(&server, &mut worker, &place.data(), 0);
    assert_eq!(server.stop().0, Some(0));
    sound(&place.database());
}

fn begin(worker: &mut Worker) {
    worker.upload().unwrap();
    let id = worker.books.packages.keys().next().unwrap().clone();
    assert!(worker.deploy_this(&id).unwrap());
}

/// Fills the disk to the last byte.
fn fill(data: &Path) -> std::path::PathBuf {
    let path = data.join("filler");
    let mut file = File::create(&path).unwrap();
    for piece in [64 * 1024, 512, 1] {
        while file.write_all(&vec![1; piece]).is_ok() {}
    }
    path
}

/// Goes on until something is refused for want of room, and for a while after that, or something cannot even end for it.
fn refused(worker: &mut Worker, mut act: impl FnMut(&mut Worker) -> io::Result<()>) {
    let count = |worker: &Worker| -> u64 {
        worker.tally.iter().filter(|((_, status), _)| *status == 507).map(|(_, count)| count).sum()
    };
    let before = count(worker);
    let watch = Watch::start();
    while count(worker) < before + 5 {
        if let Err(error) = act(worker) {
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            return;
        }
        assert!(watch.spent() < Duration::from_secs(20), "nothing is ever refused: {:?}", worker.tally);
    }
}

fn reads(server: &Process, worker: &Worker) {
    for path in ["/session", "/apps", "/ready", "/apps/shop/environments", "/apps/shop/packages", "/apps/shop/activity"]
    {
        let answer = worker.client.get(path).unwrap();
        assert!(answer.status < 300, "{path}: {}", answer.text());
    }
    let page =
        Request::new("GET", "/").host(&format!("localhost:{}", server.portal.port())).send(server.portal).unwrap();
    assert_eq!(page.status, 200);
}

fn works_again(server: &Process, worker: &mut Worker, data: &Path, round: u32) {
    worker.settle().unwrap();
    let compared = worker.books.compare(&worker.client, server.apps, false);
    compared.unwrap_or_else(|wrong| panic!("round {round}: {wrong}"));
    let _ = Client::signed_in(server.portal, TESS);
    worker.upload().unwrap();
    let id = worker.books.packages.keys().next_back().unwrap().clone();
    assert!(worker.deploy_this(&id).unwrap(), "{:?}", worker.tally);
    Books::compare_files_soon(&[&worker.books], data).unwrap_or_else(|wrong| panic!("round {round}: {wrong}"));
}
