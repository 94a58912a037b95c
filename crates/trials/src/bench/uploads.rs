//! The memory that a large upload takes.

use std::path::Path;

use padlock_trials::{Stopwatch, write_large_package};

use crate::engine::Engine;
use crate::fixture::Fixture;
use crate::results::Results;

const MIB: usize = 200;
const MORE_THAN_IDLE_MIB: u64 = 64;

pub(crate) fn run(program: &Path, engine: &Engine, results: &mut Results) {
    let Fixture { server, client, installation: _installation, .. } = Fixture::start(program, engine);
    let (idle, stopwatch) = (server.peak_memory_mib(), Stopwatch::start());
    let write = |out: &mut dyn std::io::Write| write_large_package(out, "1.0.0", MIB);
    let _ = client.post_stream("/apps/shop/packages", "application/zip", write).unwrap().expect(201);
    let (elapsed, more) = (stopwatch.elapsed(), server.peak_memory_mib() - idle);
    results.report("upload of 200 MiB", &format!("{:.1} s", elapsed.as_secs_f64()));
    let value = format!("{more} MiB above {idle}");
    results.compare("memory of an upload of 200 MiB", &value, "≤ 64 MiB above idle", more <= MORE_THAN_IDLE_MIB);
    server.stop();
}
