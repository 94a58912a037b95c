//! Kills at moments that chance chooses, amid uploads, deploys and starts.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use padlock_trials::Place;

use crate::installation::Installation;
use crate::report::Report;

/// A kill comes within this.
const WITHIN: Duration = Duration::from_secs(2);

pub(crate) fn run(installation: &mut Installation, kills: u64, report: &mut Report) {
    for kill in 0..kills {
        let moment = WITHIN.mul_f64(installation.rng.f64());
        let (server, workers, _) = installation.parts();
        let uploader = workers[0].client.clone();
        thread::scope(|scope| {
            // One that never arrives.
            scope.spawn(move || uploader.stream("/apps/shop/packages", "application/zip", endless));
            for worker in workers {
                // Until there is nobody to answer.
                scope.spawn(|| while worker.act().is_ok() {});
            }
            thread::sleep(moment);
            server.signal("-KILL");
        });
        installation.restart(|server| drop(server.end()), Place::start);
        installation.compare(true, &format!("kill {kill}, after {moment:?}"));
    }
    let mut turned_out = std::collections::BTreeMap::<_, u32>::new();
    for (how, times) in installation.workers.iter().flat_map(|worker| &worker.books.turned_out) {
        *turned_out.entry(*how).or_default() += times;
    }
    report.line("kills survived", &format!("{kills}"));
    for (how, times) in turned_out {
        report.line(&format!("  {how}"), &times.to_string());
    }
}

/// Writes until nobody takes it any more.
fn endless(out: &mut dyn Write) -> io::Result<()> {
    loop {
        out.write_all(&[0; 64 * 1024])?;
        thread::sleep(Duration::from_millis(1));
    }
}
