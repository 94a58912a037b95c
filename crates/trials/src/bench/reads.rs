//! Reads and the start of the server on a new installation and on one with many packages and activities.

use std::path::Path;
use std::time::Duration;

use padlock_trials::{Client, Durations, SamplePackage, Stopwatch};
use serde_json::json;

use crate::engine::Engine;
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
    INSERT INTO activities (app, id, environment, account, at, event, kind, seq)
    SELECT app, printf('01900000-0000-7000-8000-%012x', n), environment, account, at - 1000000 + n, event, kind, n - 2000000
    FROM n JOIN known ON known.number = n.n % known.many";

/// The same for PostgreSQL.
const ADD_PACKAGES_ON_POSTGRES: &str = "
    INSERT INTO packages (id, app, file_name, version, runtime_version, manifest, size, sha256, uploaded_by, created_at,
        last_deployed_at)
    SELECT '01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), app, file_name, '0.0.' || n, runtime_version, manifest,
        size, lpad(to_hex(n), 64, '0'), uploaded_by, created_at, created_at
    FROM generate_series(1, 10000) AS n, (SELECT * FROM packages LIMIT 1) AS known";
const ADD_ACTIVITIES_ON_POSTGRES: &str = "
    WITH known AS (SELECT row_number() OVER () - 1 AS number, count(*) OVER () AS many, * FROM activities)
    INSERT INTO activities (app, id, environment, account, at, event, kind, seq)
    SELECT app, '01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), environment, account, at - 1000000 + n, event,
        kind, n - 2000000
    FROM generate_series(1, 1000000) AS n JOIN known ON known.number = n % known.many";

pub(crate) fn run(program: &Path, engine: &Engine, results: &mut Results) {
    let Fixture { installation, server, client, database } = Fixture::start(program, engine);
    let package = client.upload_package("shop", &SamplePackage::new("1.0.0", 5).to_bytes());
    client.deploy("shop", "test", &json!({ "package_id": package }));
    results.report("GET …/environments, new installation", &measure_reads(&client, ENVIRONMENTS).summary());
    server.stop();

    for (sqlite, postgres) in
        [(ADD_PACKAGES, ADD_PACKAGES_ON_POSTGRES), (ADD_ACTIVITIES, ADD_ACTIVITIES_ON_POSTGRES), ("ANALYZE", "ANALYZE")]
    {
        database.execute(&installation, sqlite, postgres);
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
