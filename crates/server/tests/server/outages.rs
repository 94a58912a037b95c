//! A PostgreSQL server that stops and starts under load, and clients that hang up at any moment.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use padlock_test_postgres::{Programs, Server};
use padlock_trials::{Client, Installation, PASSWORD, Response, ServerProcess, Stopwatch, Worker, postgres};
use serde_json::json;

use crate::support::{DANA, TESS, installation};

const APPS: [&str; 2] = ["shop", "crm"];
/// How long the portal may take to answer again.
const MAX_RECOVERY: Duration = Duration::from_secs(10);
const HANG_UPS: usize = 1_000;
const THREADS: usize = 8;

fn installation_on(database: Option<&str>) -> Installation {
    let mut installation = installation();
    installation.use_database(database);
    installation.add_account(TESS);
    installation.add_account(DANA);
    for app in APPS {
        installation.add_app(app, TESS);
    }
    installation
}

#[test]
fn a_postgres_that_stops_and_starts_loses_nothing_that_was_acknowledged() {
    let mut database = Server::start(Programs::find().expect("PostgreSQL 15 or later")).unwrap();
    let installation = installation_on(Some(&database.url()));
    let server = installation.start();
    let mut tess = Client::signed_in(server.portal, TESS);
    tess.enrol(false);
    let used = json!({ "code": tess.recovery_codes[0] });
    let response = tess.post("/verify-2fa-code", &used).unwrap().expect(200);
    tess.update_token(&response);
    let mut workers = APPS.map(|app| Worker::new(tess.clone(), app, 7));
    for worker in &mut workers {
        worker.busy_is_unknown = true;
    }
    let responses = outage(&mut database, &tess, &mut workers);
    let refused: Vec<_> = responses.iter().filter(|response| response.status != 200).collect();
    assert!(!refused.is_empty(), "nothing was asked during the outage");
    for response in refused {
        assert_eq!((response.status, response.error_code().as_str()), (503, "unavailable"));
        assert!(response.header("retry-after").is_some_and(|after| after.parse::<u32>().is_ok()));
    }
    for worker in &mut workers {
        worker.busy_is_unknown = false;
        worker.verify(&server, true, "after the outage");
        worker.upload().unwrap();
    }
    assert_eq!(tess.post("/verify-2fa-code", &used).unwrap().error_code(), "code_already_used");
    assert_eq!(tess.get("/account").unwrap().json()["recovery_codes_left"], 11);
    server.stop();
}

/// Stops the database while workers change things, starts it again, and returns the responses to a client that reads all the
/// time. Panics if the portal does not answer in time afterwards.
fn outage(database: &mut Server, tess: &Client, workers: &mut [Worker]) -> Vec<Response> {
    let (stop, responses) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for worker in workers {
            let stop = &stop;
            scope.spawn(move || while !stop.load(Ordering::Relaxed) && worker.run_random_operation().is_ok() {});
        }
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                responses.lock().unwrap().push(tess.get("/apps").unwrap());
                thread::sleep(Duration::from_millis(100));
            }
        });
        thread::sleep(Duration::from_secs(1));
        database.stop().unwrap();
        // Longer than a request waits for a connection.
        thread::sleep(Duration::from_secs(7));
        database.start_again().unwrap();
        let since_start = Stopwatch::start();
        while tess.get("/apps").unwrap().status != 200 {
            assert!(since_start.elapsed() < MAX_RECOVERY, "no answer after {:?}", since_start.elapsed());
            thread::sleep(Duration::from_millis(50));
        }
        println!("answers after {:?}", since_start.elapsed());
        stop.store(true, Ordering::Relaxed);
    });
    responses.into_inner().unwrap()
}

#[test]
fn a_thousand_hang_ups_leave_sqlite_usable() {
    let installation = installation_on(None);
    hang_up(&installation.start());
}

#[test]
fn a_thousand_hang_ups_leave_postgres_usable() {
    let database = postgres::run(postgres::new_database());
    let installation = installation_on(Some(&database));
    hang_up(&installation.start());
}

/// Hangs up a thousand times at 0 to 50 milliseconds, and asserts that every connection of the pools still works: each of many
/// concurrent requests succeeds.
fn hang_up(server: &ServerProcess) {
    let tess = Client::signed_in(server.portal, TESS);
    thread::scope(|scope| {
        for seed in 0..THREADS as u64 {
            let mut leaving = tess.clone();
            scope.spawn(move || {
                let mut rng = fastrand::Rng::with_seed(seed);
                for n in 0..HANG_UPS / THREADS {
                    leaving.disconnect_after = Some(Duration::from_micros(rng.u64(0..50_000)));
                    let result = match n % 5 {
                        0 => leaving.post("/session/lock", &json!({})),
                        1 => leaving.post("/sign-in", &json!({ "login": TESS, "password": PASSWORD, "token": true })),
                        2 => leaving.post("/apps/shop/environments/test/stop", &json!({})),
                        3 => leaving.get("/apps"),
                        _ => leaving.post("/account/recovery-codes/saved", &json!({})),
                    };
                    result.unwrap_err();
                }
            });
        }
    });
    // Of another account: sign-ins that were hung up on may still end the sessions of the first, which has fifty at most.
    let dana = Client::signed_in(server.portal, DANA);
    let stopwatch = Stopwatch::start();
    thread::scope(|scope| {
        for _ in 0..THREADS * 3 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(dana.get("/apps").unwrap().status, 200);
                    assert_eq!(dana.post("/session/lock", &json!({})).unwrap().status, 204);
                }
            });
        }
    });
    assert!(stopwatch.elapsed() < Duration::from_secs(10), "{:?}", stopwatch.elapsed());
}
