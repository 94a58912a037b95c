//! Kills and stops at random moments: afterwards every acknowledged change is there, and every other change is there
//! completely or not at all. The seeds are fixed so that a failure can be repeated.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use padlock_trials::{Client, ExpectedState, Installation, ServerProcess, Stopwatch, Worker, assert_integrity};

use crate::support::{TESS, demo_client, installation, installation_with_apps};

const KILLS: u32 = 12;
/// On a busy machine, more kills are needed until one comes in the middle of a deployment of each worker.
const MAX_KILLS: u32 = 48;
const INTERRUPTED: &str = "acknowledged deployments interrupted";
/// Long enough for a few operations.
const MAX_DELAY: Duration = Duration::from_millis(600);

/// An installation with two workers, each with an app of its own.
struct TestBed {
    installation: Installation,
    workers: [Worker; 2],
    rng: fastrand::Rng,
}

impl TestBed {
    fn new(seed: u64) -> (Self, ServerProcess) {
        const APPS: [&str; 2] = ["shop", "crm"];
        let mut rng = fastrand::Rng::with_seed(seed);
        let installation = installation_with_apps(&APPS);
        let server = installation.start();
        let workers = APPS.map(|app| Worker::new(Client::signed_in(server.portal, TESS), app, rng.u64(..)));
        (Self { installation, workers, rng }, server)
    }

    /// Runs both workers until `end` has ended the server after a random delay, and returns the delay.
    fn run_workers_until(&mut self, end: impl FnOnce()) -> Duration {
        let delay = MAX_DELAY.mul_f64(self.rng.f64());
        thread::scope(|scope| {
            for worker in &mut self.workers {
                scope.spawn(|| while worker.run_random_operation().is_ok() {});
            }
            thread::sleep(delay);
            end();
        });
        delay
    }

    /// Asserts that a server that has just been started has the expected state.
    fn verify(&mut self, server: &ServerProcess, killed: bool, when: &str) {
        for worker in &mut self.workers {
            worker.client.portal = server.portal;
            let verified = worker.expected.verify(&worker.client, server.environments, killed);
            verified.unwrap_or_else(|error| panic!("{when}: {error}"));
        }
        let expected = self.workers.each_ref().map(|worker| &worker.expected);
        ExpectedState::verify_files(&expected, &self.installation.data(), when);
    }

    fn finish(&self, server: ServerProcess) {
        for worker in &self.workers {
            println!("{:?}\n{:?}", worker.responses, worker.expected.outcomes);
        }
        server.stop();
        assert_integrity(&self.installation.database());
        self.installation.run(&["check", "--hashes"], "");
    }
}

#[test]
fn a_kill_loses_no_acknowledged_change() {
    let (mut test_bed, mut server) = TestBed::new(20_261_127);
    for kill in 0..MAX_KILLS {
        if kill >= KILLS && test_bed.workers.iter().all(was_interrupted) {
            break;
        }
        let delay = test_bed.run_workers_until(|| drop(server.kill()));
        // Sometimes the server is killed again while it recovers.
        if test_bed.rng.u8(0..3) == 0 {
            let delay = Duration::from_millis(test_bed.rng.u64(0..150));
            kill_during_start(&test_bed.installation, Installation::DEFAULT_OPTIONS, delay);
        }
        server = test_bed.installation.start();
        test_bed.verify(&server, true, &format!("kill {kill} after {delay:?}"));
    }
    for worker in &test_bed.workers {
        assert!(was_interrupted(worker), "the kills came too late: {:?}", worker.expected);
    }
    test_bed.finish(server);
}

/// Returns whether a kill has interrupted a deployment of the worker.
fn was_interrupted(worker: &Worker) -> bool {
    worker.expected.outcomes.contains_key(INTERRUPTED)
}

#[test]
fn a_stop_waits_for_acknowledged_deployments() {
    let (mut test_bed, mut server) = TestBed::new(20_261_126);
    for stop in 0..5 {
        let delay = test_bed.run_workers_until(|| drop(server.stop()));
        server = test_bed.installation.start();
        test_bed.verify(&server, false, &format!("stop {stop} after {delay:?}"));
    }
    for Worker { expected, .. } in &test_bed.workers {
        assert!(!expected.outcomes.contains_key(INTERRUPTED), "{:?}", expected.outcomes);
    }
    test_bed.finish(server);
}

fn kill_during_start(installation: &Installation, options: &[&str], delay: Duration) {
    let mut command = installation.serve_command(options);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_kill_during_the_first_start_leaves_a_usable_installation() {
    let mut rng = fastrand::Rng::with_seed(20_261_128);
    let installation = installation();
    let stopwatch = Stopwatch::start();
    let server = installation.start_with(&["--demo"]);
    let duration = stopwatch.elapsed();
    server.kill();
    std::fs::remove_dir_all(installation.data()).unwrap();
    for _ in 0..KILLS {
        kill_during_start(&installation, &["--demo"], duration.mul_f64(rng.f64()));
    }
    let server = installation.start_with(&["--demo"]);
    let tess = demo_client(&server, TESS);
    for (path, count) in [("/apps", 2), ("/apps/shop/packages", 3)] {
        let list = tess.get(path).unwrap().json();
        assert_eq!(list["items"].as_array().map_or(0, Vec::len), count, "{list}");
    }
    assert_eq!(std::fs::read_dir(installation.data().join("tmp")).unwrap().count(), 0);
    server.stop();
    assert_integrity(&installation.database());
}
