//! Reads and the start of the server on a new installation and on one with many packages and activities.

use std::path::Path;
use std::time::Duration;

use padlock_trials::{Client, Durations, SamplePackage, Stopwatch, execute};
use serde_json::json;

use crate::fixture::Fixture;
use crate::results::Results;

const READS: usize = 2_000;
const WARM_UP_READS: usize = 50;
const MAX_P99_MS: f64 = 5.0;
const MAX_START: Duration = Duration::from_secs(1);

const ENVIRONMENTS: &str = "/apps/shop/environments";

/// Inserts copies of the first package, with smaller ids.
const ADD_PACKAGES: &str = "
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
    INSERT INTO packages (id, app, file_name, version, runtime_version, manifest, size, sha256, uploaded_by, created_at,
        last_deployed_at)
    SELECT printf('01900000-0000-7000-8000-%012x', n), app, file_name, '0.0.' || n, runtime_version, manifest, size,
        printf('%064x', n), uploaded_by, created_at, created_at
    FROM n, (SELECT * FROM packages LIMIT 1)";

/// Inserts copies of the existing activities in turn.
const ADD_ACTIVITIES: &str = "
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000000),
        known AS (SELECT row_number() OVER () - 1 AS number, count(*) OVER () AS many, * FROM activities)
    INSERT INTO activities (app, id, environment, account, at, event, kind)
    SELECT app, printf('01900000-0000-7000-8000-%012x', n), environment, account, at - 1000000 + n, event, kind
    FROM n JOIN known ON known.number = n.n % known.many";

pub(crate) fn run(program: &Path, results: &mut Results) {
    let Fixture { installation, server, client } = Fixture::start(program);
    let package = client.upload_package("shop", &SamplePackage::new("1.0.0", 5).to_bytes());
    client.deploy("shop", "test", &json!({ "package_id": package }));
    results.report("GET …/environments, new installation", &measure_reads(&client, ENVIRONMENTS).summary());
    server.stop();

    for statement in [ADD_PACKAGES, ADD_ACTIVITIES, "ANALYZE"] {
        execute(&installation.database(), statement);
    }
    let stopwatch = Stopwatch::start();
    let server = installation.start();
    let elapsed = stopwatch.elapsed();
    let value = format!("{} ms", elapsed.as_millis());
    results.compare("start to ready, 10 000 packages, 1 000 000 entries", &value, "< 1 s", elapsed < MAX_START);
    let client = Client { portal: server.portal, ..client };
    let mut durations = measure_reads(&client, ENVIRONMENTS);
    let met = durations.percentile_millis(99) <= MAX_P99_MS;
    results.compare("GET …/environments there", &durations.summary(), "p99 ≤ 5 ms", met);
    for path in ["/apps/shop/packages", "/apps/shop/activity", "/apps/shop/activity?type=deployed"] {
        results.report(&format!("GET {path} there"), &measure_reads(&client, path).summary());
    }
    server.stop();
}

fn measure_reads(client: &Client, path: &str) -> Durations {
    let mut durations = Durations::default();
    for n in 0..READS + WARM_UP_READS {
        let stopwatch = Stopwatch::start();
        let _ = client.get(path).unwrap().expect(200);
        if n >= WARM_UP_READS {
            durations.add(stopwatch.elapsed());
        }
    }
    durations
}
