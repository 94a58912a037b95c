//! Kills the server at random moments during uploads, deployments and starts.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use crate::report::Report;
use crate::test_bed::TestBed;

const MAX_DELAY: Duration = Duration::from_secs(2);

pub(crate) fn run(test_bed: &mut TestBed, kills: u64, report: &mut Report) {
    for kill in 0..kills {
        let delay = MAX_DELAY.mul_f64(test_bed.rng.f64());
        let (server, workers, _) = test_bed.split();
        let uploader = workers[0].client.clone();
        thread::scope(|scope| {
            scope.spawn(move || uploader.post_stream("/apps/shop/packages", "application/zip", write_forever));
            for worker in workers {
                scope.spawn(|| while worker.run_random_operation().is_ok() {});
            }
            thread::sleep(delay);
            server.signal("-KILL");
        });
        test_bed.restart_killed();
        test_bed.verify(true, &format!("kill {kill}, after {delay:?}"));
    }
    report.line("kills survived", &kills.to_string());
    let mut outcomes = BTreeMap::<_, u32>::new();
    for (outcome, count) in test_bed.workers.iter().flat_map(|worker| &worker.expected.outcomes) {
        *outcomes.entry(outcome).or_default() += count;
    }
    for (outcome, count) in outcomes {
        report.line(&format!("  {outcome}"), &count.to_string());
    }
}

fn write_forever(out: &mut dyn Write) -> io::Result<()> {
    loop {
        out.write_all(&[0; 64 * 1024])?;
        thread::sleep(Duration::from_millis(1));
    }
}
