//! Reads and the start on an installation that is years old, beside one that is new.

use std::path::Path;
use std::time::Duration;

use padlock_trials::{Client, Sample, Watch, change};
use serde_json::json;

use crate::shop::Shop;
use crate::table::{Table, Times};

const READS: usize = 2_000;
const WARM: usize = 50;
const P99_MS: f64 = 5.0;
const START: Duration = Duration::from_secs(1);

const ENVIRONMENTS: &str = "/apps/shop/environments";

/// Copies of the first package, as old as it, with ids before its own.
const PACKAGES: &str = "
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
    INSERT INTO packages (id, app, file_name, version, runtime_version, manifest, size, sha256, uploaded_by, created_at,
        last_deployed_at)
    SELECT printf('01900000-0000-7000-8000-%012x', n), app, file_name, '0.0.' || n, runtime_version, manifest, size,
        printf('%064x', n), uploaded_by, created_at, created_at
    FROM n, (SELECT * FROM packages LIMIT 1)";

/// Copies of the entries that are there, in turn.
const ACTIVITIES: &str = "
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000000),
        known AS (SELECT row_number() OVER () - 1 AS number, count(*) OVER () AS many, * FROM activities)
    INSERT INTO activities (app, id, environment, account, at, event, kind)
    SELECT app, printf('01900000-0000-7000-8000-%012x', n), environment, account, at - 1000000 + n, event, kind
    FROM n JOIN known ON known.number = n.n % known.many";

pub(crate) fn run(program: &Path, table: &mut Table) {
    let Shop { place, server, client, _folder } = Shop::open(program);
    deploy(&client);
    let mut new = reads(&client, ENVIRONMENTS);
    table.told("GET …/environments, new installation", &new.words());
    assert_eq!(server.stop().0, Some(0));

    for statement in [PACKAGES, ACTIVITIES, "ANALYZE"] {
        change(&place.database(), statement);
    }
    let watch = Watch::start();
    let server = place.start();
    let spent = watch.spent();
    let figure = format!("{} ms", spent.as_millis());
    table.held("start to ready, 10 000 packages, 1 000 000 entries", &figure, "< 1 s", spent < START);
    let client = Client { to: server.portal, ..client };
    let mut old = reads(&client, ENVIRONMENTS);
    let p99 = old.percentile(99);
    table.held("GET …/environments there", &old.words(), "p99 ≤ 5 ms", p99 <= P99_MS);
    for path in ["/apps/shop/packages", "/apps/shop/activity", "/apps/shop/activity?type=deployed"] {
        table.told(&format!("GET {path} there"), &reads(&client, path).words());
    }
    assert_eq!(server.stop().0, Some(0));
}

/// Something runs, so that there is something to tell.
fn deploy(client: &Client) {
    let uploaded = client.upload("/apps/shop/packages", &Sample::small("1.0.0", 5).bytes()).unwrap();
    assert_eq!(uploaded.status, 201, "{}", uploaded.text());
    client.deploy("shop", "test", &json!({ "package_id": uploaded.json()["id"] }));
}

fn reads(client: &Client, path: &str) -> Times {
    let mut times = Times::default();
    for n in 0..READS + WARM {
        let watch = Watch::start();
        let answer = client.get(path).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        if n >= WARM {
            times.add(watch.spent());
        }
    }
    times
}
