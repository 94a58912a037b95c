//! kill -9 of the binary as it is run, at moments that chance chooses: what was acknowledged is there, the rest is there or
//! not, and nothing is there by half. The seeds are fixed: what fails once can be looked for again.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use padlock_trials::{Books, Client, Place, Process, Worker, sound};
use tempfile::TempDir;

use crate::process::{DEMO_PASSWORD, TESS, furnished, place, prepared};

const KILLS: u32 = 12;
const INTERRUPTED: &str = "acknowledged deployments interrupted";
/// A kill comes within this: time enough for a few acts, and for none.
const WITHIN: Duration = Duration::from_millis(600);

/// An installation in which two people are at work, each in an app of their own.
struct House {
    _folder: TempDir,
    place: Place,
    workers: [Worker; 2],
    rng: fastrand::Rng,
}

impl House {
    fn new(seed: u64) -> (Self, Process) {
        const APPS: [&str; 2] = ["shop", "crm"];
        let mut rng = fastrand::Rng::with_seed(seed);
        let (folder, place) = furnished(&APPS);
        let server = place.start();
        let workers = APPS.map(|app| Worker::new(Client::signed_in(server.portal, TESS), app, rng.u64(..)));
        (Self { _folder: folder, place, workers, rng }, server)
    }

    /// Both work until there is nobody to answer: until `end` has ended the server, at some moment.
    fn work_until(&mut self, end: impl FnOnce()) -> Duration {
        let moment = WITHIN.mul_f64(self.rng.f64());
        thread::scope(|scope| {
            for worker in &mut self.workers {
                scope.spawn(|| while worker.act().is_ok() {});
            }
            thread::sleep(moment);
            end();
        });
        moment
    }

    /// Compares all books with a server that has just been started.
    fn compare(&mut self, server: &Process, killed: bool, when: &str) {
        for worker in &mut self.workers {
            worker.client.to = server.portal;
            let compared = worker.books.compare(&worker.client, server.apps, killed);
            compared.unwrap_or_else(|wrong| panic!("{when}: {wrong}"));
        }
        let files = Books::compare_files(&self.workers.each_ref().map(|worker| &worker.books), &self.place.data());
        files.unwrap_or_else(|wrong| panic!("{when}: {wrong}"));
    }

    fn end(&self, server: Process) {
        for worker in &self.workers {
            println!("{:?}\n{:?}", worker.tally, worker.books.turned_out);
        }
        assert_eq!(server.stop().0, Some(0));
        sound(&self.place.database());
        self.place.works(&["check", "--hashes"], "");
    }
}

#[test]
fn killed_in_whatever_two_people_do() {
    let (mut house, mut server) = House::new(20_261_127);
    for kill in 0..KILLS {
        let moment = house.work_until(|| drop(server.kill()));
        // Now and then again, while it puts things in order.
        if house.rng.u8(0..3) == 0 {
            kill_at_its_start(
                &house.place,
                &["--first-binding", "password"],
                Duration::from_millis(house.rng.u64(0..150)),
            );
        }
        server = house.place.start();
        house.compare(&server, true, &format!("kill {kill} after {moment:?}"));
    }
    for worker in &house.workers {
        assert!(worker.books.turned_out.contains_key(INTERRUPTED), "the kills came too late: {:?}", worker.books);
    }
    house.end(server);
}

/// Asked to stop, it lets what was acknowledged come to its end first.
#[test]
fn stopped_in_whatever_two_people_do() {
    let (mut house, mut server) = House::new(20_261_126);
    for stop in 0..5 {
        let moment = house.work_until(|| {
            let (code, log) = server.stop();
            assert_eq!(code, Some(0), "{log}");
        });
        server = house.place.start();
        house.compare(&server, false, &format!("stop {stop} after {moment:?}"));
    }
    for worker in &house.workers {
        assert!(!worker.books.turned_out.contains_key(INTERRUPTED), "{:?}", worker.books.turned_out);
    }
    house.end(server);
}

fn kill_at_its_start(place: &Place, options: &[&str], moment: Duration) {
    let mut child = place.server(options).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killed_while_it_starts() {
    let mut rng = fastrand::Rng::with_seed(20_261_128);
    let folder = prepared();
    let place = place(folder.path());
    let begun = padlock_trials::Watch::start();
    let whole = Process::spawn(place.server(&["--demo"]));
    let takes = begun.spent();
    whole.kill();
    std::fs::remove_dir_all(place.data()).unwrap();
    for _ in 0..KILLS {
        kill_at_its_start(&place, &["--demo"], takes.mul_f64(rng.f64()));
    }
    let server = Process::spawn(place.server(&["--demo"]));
    let mut tess = Client::stranger(server.portal);
    assert_eq!(tess.sign_in(TESS, DEMO_PASSWORD).unwrap().status, 200);
    let apps = tess.get("/apps").unwrap().json();
    assert_eq!(apps["items"].as_array().map_or(0, Vec::len), 2, "{apps}");
    let packages = tess.get("/apps/shop/packages").unwrap().json();
    assert_eq!(packages["items"].as_array().map_or(0, Vec::len), 3, "{packages}");
    assert_eq!(std::fs::read_dir(place.data().join("tmp")).unwrap().count(), 0);
    assert_eq!(server.stop().0, Some(0));
    sound(&place.database());
}
