//! Everything at once for a long time, in rounds, most of them with something that goes wrong; after each all books are
//! compared.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use padlock_trials::{Lock, Place, Process, Request, Watch, Worker};

use crate::installation::Installation;
use crate::report::{Report, Times};
use crate::visitor::listen;

const ROUND: Duration = Duration::from_secs(15);
/// Longer than the server waits for the database.
const HELD: Duration = Duration::from_secs(6);
const LISTENERS: usize = 10;
const SLOW: usize = 100;
/// By then a server has begun with what it was sent.
const MEANWHILE: Duration = Duration::from_millis(500);
/// How much memory a server under all this may ever have, in MiB.
const MEMORY: u64 = 160;

/// What goes wrong in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Nothing,
    Killed,
    Locked,
    HangingUp,
    LittleRoom,
}

const FAULTS: [Fault; 5] = [Fault::Killed, Fault::Locked, Fault::HangingUp, Fault::LittleRoom, Fault::Nothing];

pub(crate) fn run(installation: &mut Installation, minutes: u64, report: &mut Report) {
    let (watch, mut times, mut heard, mut peak, mut rounds) = (Watch::start(), Times::default(), 0, 0, 0);
    while watch.spent() < Duration::from_secs(60 * minutes) {
        let fault = FAULTS[rounds % FAULTS.len()];
        println!("round {rounds}: {fault:?}, after {:.0?}", watch.spent());
        if fault == Fault::LittleRoom {
            installation.stop(|place| place.start_after(&Place::little_room(3), &["--first-binding", "password"]));
        }
        let round = round(installation, fault);
        times.join(round.times);
        heard += round.heard;
        peak = peak.max(round.peak);
        match fault {
            Fault::Killed => installation.restart(|server| drop(server.end()), Place::start),
            // There is no room for its books to be put in order.
            Fault::LittleRoom => installation.kill(),
            _ => {}
        }
        installation.compare(fault == Fault::Killed, &format!("round {rounds}, {fault:?}"));
        rounds += 1;
    }
    report.line("mixed load", &format!("{rounds} rounds in {:.0?}, at most {peak} MiB", watch.spent()));
    report.line("changes heard by listeners", &heard.to_string());
    times.tell(report);
    let mut tally = padlock_trials::Tally::new();
    for ((act, status), times) in installation.workers.iter().flat_map(|worker| &worker.tally) {
        *tally.entry((*act, *status)).or_default() += times;
    }
    for ((act, status), times) in tally {
        report.line(&format!("{act}, {status}"), &format!("{times} times"));
    }
    assert!(peak <= MEMORY, "{peak} MiB");
}

struct Round {
    times: Times,
    heard: usize,
    peak: u64,
}

fn round(installation: &mut Installation, fault: Fault) -> Round {
    let kill_after = ROUND.mul_f64(0.5 + installation.rng.f64() / 2.0);
    let database = installation.place.database();
    let (server, workers, visitors) = installation.parts();
    let (stop, times, heard) = (AtomicBool::new(false), Mutex::new(Times::default()), Mutex::new(0));
    let mut peak = 0;
    let people: Vec<_> = workers.iter().map(|worker| (worker.client.clone(), worker.books.app.clone())).collect();
    thread::scope(|scope| {
        let (stop, times, heard) = (&stop, &times, &heard);
        for worker in workers {
            scope.spawn(move || work(worker, server, fault, stop));
        }
        for visitor in visitors {
            scope.spawn(move || {
                let seen = visitor.visit(stop);
                times.lock().unwrap().join(seen);
            });
        }
        for (client, app) in people.iter().cycle().take(LISTENERS) {
            scope.spawn(move || {
                let changes = listen(client, app, stop);
                *heard.lock().unwrap() += changes;
            });
        }
        scope.spawn(move || dawdle(server.portal, stop));
        let watch = Watch::start();
        match fault {
            Fault::Killed => {
                thread::sleep(kill_after);
                peak = server.peak_mib();
                server.signal("-KILL");
            }
            Fault::Locked => {
                thread::sleep((ROUND - HELD) / 2);
                let lock = Lock::take(&database, "BEGIN EXCLUSIVE");
                thread::sleep(HELD);
                drop(lock);
            }
            Fault::Nothing | Fault::HangingUp | Fault::LittleRoom => {}
        }
        thread::sleep(ROUND.saturating_sub(watch.spent()));
        stop.store(true, Ordering::Relaxed);
        if fault != Fault::Killed {
            peak = server.peak_mib();
        }
    });
    Round { times: times.into_inner().unwrap(), heard: heard.into_inner().unwrap(), peak }
}

/// One act after another until told to stop, or until one has no answer. Where people hang up, the books are compared
/// at once, since the next act has to know them.
fn work(worker: &mut Worker, server: &Process, fault: Fault, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        if fault == Fault::HangingUp && worker.below(4) == 0 {
            worker.client.hangs_up = Some(Duration::from_millis(worker.below(10)));
        }
        let done = worker.act();
        let hung_up = worker.client.hangs_up.take().is_some();
        match done {
            Ok(()) => {}
            Err(_) if hung_up => {
                thread::sleep(MEANWHILE);
                worker.settle().unwrap();
                worker.books.compare(&worker.client, server.apps, false).unwrap_or_else(|wrong| panic!("{wrong}"));
            }
            Err(_) => return,
        }
    }
}

/// Many connections that send a byte now and then.
fn dawdle(to: SocketAddr, stop: &AtomicBool) {
    let bytes = Request::new("GET", "/").bytes();
    let mut slow = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        if slow.len() < SLOW {
            slow.extend(Request::new("GET", "/").begin(to, 0).map(|stream| (stream, 0)));
        }
        slow.retain_mut(|(stream, sent): &mut (TcpStream, usize)| {
            *sent += 1;
            stream.write_all(&bytes[*sent - 1..*sent]).is_ok() && *sent + 1 < bytes.len()
        });
        thread::sleep(Duration::from_millis(100));
    }
}
