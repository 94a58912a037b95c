//! kill -9 of the binary as it is run, at moments that chance chooses: what was acknowledged is there, the rest is there or
//! not, and nothing is there by half. The seeds are fixed: what fails once can be looked for again.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use padlock_trials::{Books, Client, Process, Worker, sound};

use crate::process::{DEMO_PASSWORD, TESS, furnished, place, prepared};

const KILLS: u32 = 12;
/// A kill comes within this: time enough for a few acts, and for none.
const WITHIN: Duration = Duration::from_millis(600);

#[test]
fn killed_in_whatever_two_people_do() {
    let mut rng = fastrand::Rng::with_seed(20_261_127);
    let (_folder, place) = furnished(&["shop", "crm"]);
    let mut server = place.start();
    let mut workers = ["shop", "crm"].map(|app| Worker::new(Client::signed_in(server.portal, TESS), app, rng.u64(..)));
    for kill in 0..KILLS {
        let moment = WITHIN.mul_f64(rng.f64());
        thread::scope(|scope| {
            for worker in &mut workers {
                // Until there is nobody to answer.
                scope.spawn(|| while worker.act().is_ok() {});
            }
            thread::sleep(moment);
            server.kill();
        });
        server = place.start();
        for worker in &mut workers {
            worker.client.to = server.portal;
            let compared = worker.books.compare(&worker.client, server.apps, true);
            compared.unwrap_or_else(|wrong| panic!("kill {kill} after {moment:?}: {wrong}"));
        }
        let files = Books::compare_files(&workers.each_ref().map(|worker| &worker.books), &place.data());
        files.unwrap_or_else(|wrong| panic!("kill {kill} after {moment:?}: {wrong}"));
    }
    for worker in &workers {
        println!("{:?}\n{:?}", worker.tally, worker.books.turned_out);
        assert!(
            worker.books.turned_out.contains_key("acknowledged deployments interrupted"),
            "the kills came too late"
        );
    }
    assert_eq!(server.stop().0, Some(0));
    sound(&place.database());
    place.works(&["check", "--hashes"], "");
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
        let mut child = place.server(&["--demo"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(takes.mul_f64(rng.f64()));
        child.kill().unwrap();
        child.wait().unwrap();
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
