//! Uploads large packages one after another and checks that memory stays flat.

use padlock_trials::{Installation, Stopwatch, write_large_package};
use serde_json::json;

use crate::report::Report;
use crate::test_bed::TestBed;

/// Just below the size limit.
const PACKAGE_MIB: usize = 510;
const MORE_THAN_IDLE_MIB: u64 = 64;

pub(crate) fn run(test_bed: &mut TestBed, gigabytes: u64, report: &mut Report) {
    let packages = (gigabytes * 1024).div_ceil(PACKAGE_MIB as u64);
    // The peak memory counts from the start of the process.
    test_bed.stop_and_start(Installation::start);
    let (server, workers, _) = test_bed.split();
    let (idle, stopwatch, client) = (server.peak_memory_mib(), Stopwatch::start(), &workers[0].client);
    let mut previous = None;
    for n in 0..packages {
        let write = |out: &mut dyn std::io::Write| write_large_package(out, &format!("8.{n}.0"), PACKAGE_MIB);
        let package = client.post_stream("/apps/shop/packages", "application/zip", write).unwrap().expect(201).json();
        let id = package["id"].as_str().unwrap().to_owned();
        client.deploy("shop", "test", &json!({ "package_id": id, "start": false }));
        // Only two packages at once need space on the disk.
        if let Some(previous) = previous.replace(id) {
            let _ = client.delete(&format!("/apps/shop/packages/{previous}")).unwrap().expect(204);
        }
    }
    let (elapsed, peak) = (stopwatch.elapsed(), server.peak_memory_mib());
    let value = format!(
        "{packages} × {PACKAGE_MIB} MiB uploaded and unpacked in {elapsed:.0?}, at most {peak} MiB, idle {idle} MiB"
    );
    report.line("large packages", &value);
    server.assert_peak_memory(idle, MORE_THAN_IDLE_MIB);
}
