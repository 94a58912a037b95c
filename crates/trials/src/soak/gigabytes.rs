//! Large packages, one after another: memory stays flat.

use padlock_trials::{Place, Watch, large};
use serde_json::json;

use crate::installation::Installation;
use crate::report::Report;

/// Just below the cap.
const EACH: u64 = 510;
/// How much more memory than an idle server's they may take, in MiB.
const MORE: u64 = 64;

pub(crate) fn run(installation: &mut Installation, gigabytes: u64, report: &mut Report) {
    let many = (gigabytes * 1024).div_ceil(EACH);
    // The most that it ever had counts: from a fresh start.
    installation.stop(Place::start);
    let (server, workers, _) = installation.parts();
    let (idle, watch, client) = (server.peak_mib(), Watch::start(), &workers[0].client);
    let mut before = None;
    for n in 0..many {
        let version = format!("8.{n}.0");
        let mib = usize::try_from(EACH).unwrap();
        let answer = client.stream("/apps/shop/packages", "application/zip", |out| large(out, &version, mib)).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        client.deploy("shop", "test", &json!({ "package_id": id, "start": false }));
        // A disk need not hold all of them.
        if let Some(before) = before.replace(id) {
            assert_eq!(client.delete(&format!("/apps/shop/packages/{before}")).unwrap().status, 204);
        }
    }
    let (spent, peak) = (watch.spent(), server.peak_mib());
    let told = format!("{many} × {EACH} MiB uploaded and unpacked in {spent:.0?}, at most {peak} MiB, idle {idle} MiB");
    report.line("large packages", &told);
    assert!(peak <= idle + MORE, "{peak} MiB, idle {idle} MiB");
}
