//! Rounds of mixed load, most of them with a fault. After each round the state of the server is verified.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use padlock_trials::{DatabaseLock, Installation, Request, ResponseCounts, ServerProcess, Stopwatch, Worker};

use crate::report::{DurationsByRequest, Report};
use crate::simulated_user::count_events;
use crate::test_bed::TestBed;

const ROUND_DURATION: Duration = Duration::from_secs(15);
/// Longer than the server waits for the database.
const LOCK_DURATION: Duration = Duration::from_secs(6);
const EVENT_STREAMS: usize = 10;
const SLOW_CONNECTIONS: usize = 100;
/// How long the server may take to begin with a request whose client has disconnected.
const DISCONNECT_DELAY: Duration = Duration::from_millis(500);
const MAX_MEMORY_MIB: u64 = 160;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    Kill,
    DatabaseLocked,
    DatabaseStopped,
    DatabaseCrashed,
    Disconnects,
    DiskFull,
}

const FAULTS: [Fault; 5] = [Fault::Kill, Fault::DatabaseLocked, Fault::Disconnects, Fault::DiskFull, Fault::None];
const FAULTS_ON_POSTGRES: [Fault; 5] =
    [Fault::Kill, Fault::DatabaseStopped, Fault::Disconnects, Fault::DatabaseCrashed, Fault::None];

pub(crate) fn run(test_bed: &mut TestBed, minutes: u64, report: &mut Report) {
    let (stopwatch, mut rounds, mut total) = (Stopwatch::start(), 0, Round::default());
    while stopwatch.elapsed() < Duration::from_secs(60 * minutes) {
        let faults = if test_bed.is_on_postgres() { FAULTS_ON_POSTGRES } else { FAULTS };
        let fault = faults[rounds % faults.len()];
        println!("round {rounds}: {fault:?}, after {:.0?}", stopwatch.elapsed());
        if fault == Fault::DiskFull {
            test_bed.stop_and_start(|installation| {
                installation.start_with_file_size_limit(3, Installation::DEFAULT_OPTIONS)
            });
        }
        let round = run_round(test_bed, fault);
        total.durations.append(round.durations);
        total.events += round.events;
        total.peak_memory_mib = total.peak_memory_mib.max(round.peak_memory_mib);
        match fault {
            Fault::Kill => test_bed.restart_killed(),
            // A regular shutdown needs space for the database.
            Fault::DiskFull => test_bed.kill_and_restart(),
            _ => {}
        }
        let killed = matches!(fault, Fault::Kill | Fault::DatabaseStopped | Fault::DatabaseCrashed);
        test_bed.verify(killed, &format!("round {rounds}, {fault:?}"));
        rounds += 1;
    }
    let Round { durations, events, peak_memory_mib } = total;
    let value = format!("{rounds} rounds in {:.0?}, at most {peak_memory_mib} MiB", stopwatch.elapsed());
    report.line("mixed load", &value);
    report.line("events received", &events.to_string());
    durations.report(report);
    let mut responses = ResponseCounts::new();
    for (key, count) in test_bed.workers.iter().flat_map(|worker| &worker.responses) {
        *responses.entry(*key).or_default() += count;
    }
    for ((operation, status), count) in responses {
        report.line(&format!("{operation}, {status}"), &format!("{count} times"));
    }
    assert!(peak_memory_mib <= MAX_MEMORY_MIB, "{peak_memory_mib} MiB");
}

#[derive(Default)]
struct Round {
    durations: DurationsByRequest,
    events: usize,
    peak_memory_mib: u64,
}

fn run_round(test_bed: &mut TestBed, fault: Fault) -> Round {
    let kill_after = ROUND_DURATION.mul_f64(0.5 + test_bed.rng.f64() / 2.0);
    let database = test_bed.installation.database();
    let (server, workers, visitors, postgres) = test_bed.split_with_database();
    let database_ends = matches!(fault, Fault::DatabaseStopped | Fault::DatabaseCrashed);
    for worker in workers.iter_mut() {
        worker.busy_is_unknown = database_ends;
    }
    let (stop, round) = (AtomicBool::new(false), Mutex::new(Round::default()));
    let subscribers: Vec<_> =
        workers.iter().map(|worker| (worker.client.clone(), worker.expected.app.clone())).collect();
    let record_peak_memory = || round.lock().unwrap().peak_memory_mib = server.peak_memory_mib();
    thread::scope(|scope| {
        let (stop, round) = (&stop, &round);
        for worker in workers {
            scope.spawn(move || work(worker, server, fault, stop));
        }
        for visitor in visitors {
            scope.spawn(move || {
                let durations = visitor.visit(stop);
                round.lock().unwrap().durations.append(durations);
            });
        }
        for (client, app) in subscribers.iter().cycle().take(EVENT_STREAMS) {
            scope.spawn(move || {
                let events = count_events(client, app, stop);
                round.lock().unwrap().events += events;
            });
        }
        scope.spawn(move || send_slowly(server.portal, stop));
        let stopwatch = Stopwatch::start();
        match fault {
            Fault::Kill => {
                thread::sleep(kill_after);
                record_peak_memory();
                server.signal("-KILL");
            }
            Fault::DatabaseLocked => {
                thread::sleep((ROUND_DURATION - LOCK_DURATION) / 2);
                let lock = DatabaseLock::acquire(&database, "BEGIN EXCLUSIVE");
                thread::sleep(LOCK_DURATION);
                drop(lock);
            }
            Fault::DatabaseStopped | Fault::DatabaseCrashed => {
                thread::sleep((ROUND_DURATION - LOCK_DURATION) / 2);
                if let Some(postgres) = postgres {
                    let ended = if fault == Fault::DatabaseStopped { postgres.stop() } else { postgres.crash() };
                    ended.unwrap();
                    thread::sleep(LOCK_DURATION);
                    postgres.start_again().unwrap();
                }
            }
            Fault::None | Fault::Disconnects | Fault::DiskFull => {}
        }
        thread::sleep(ROUND_DURATION.saturating_sub(stopwatch.elapsed()));
        stop.store(true, Ordering::Relaxed);
        if fault != Fault::Kill {
            record_peak_memory();
        }
    });
    for worker in test_bed.workers.iter_mut() {
        worker.busy_is_unknown = false;
    }
    round.into_inner().unwrap()
}

/// Runs operations until `stop` is set or the server does not respond. After a disconnect the state is verified at once,
/// because the next operation depends on it.
fn work(worker: &mut Worker, server: &ServerProcess, fault: Fault, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        if fault == Fault::Disconnects && worker.random_below(4) == 0 {
            worker.client.disconnect_after = Some(Duration::from_millis(worker.random_below(10)));
        }
        let result = worker.run_random_operation();
        let disconnected = worker.client.disconnect_after.take().is_some();
        if result.is_err() && !disconnected {
            return;
        }
        if result.is_err() {
            thread::sleep(DISCONNECT_DELAY);
            worker.verify(server, false, "after a disconnect");
        }
    }
}

/// Keeps many connections open and sends one byte at a time on each.
fn send_slowly(server: SocketAddr, stop: &AtomicBool) {
    let request = Request::new("GET", "/");
    let bytes = request.to_bytes();
    let mut connections = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        if connections.len() < SLOW_CONNECTIONS {
            connections.extend(request.send_part(server, 0).map(|stream| (stream, 0)));
        }
        connections.retain_mut(|(stream, sent): &mut (TcpStream, usize)| {
            *sent += 1;
            stream.write_all(&bytes[*sent - 1..*sent]).is_ok() && *sent + 1 < bytes.len()
        });
        thread::sleep(Duration::from_millis(100));
    }
}
