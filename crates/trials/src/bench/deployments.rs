//! How many deployments of small packages the server completes in a second.

use std::path::Path;
use std::thread;
use std::time::Duration;

use padlock_trials::{Client, Durations, Installation, SamplePackage, Stopwatch};
use serde_json::json;

use crate::engine::Engine;
use crate::results::Results;

const APPS: [&str; 4] = ["shop", "crm", "intranet", "wiki"];
const DURATION: Duration = Duration::from_secs(10);

pub(crate) fn run(program: &Path, engine: &Engine, results: &mut Results) {
    let mut installation = Installation::new(program);
    engine.create_database(&mut installation);
    for app in APPS {
        installation.add_account(&owner(app));
        installation.add_app(app, &owner(app));
    }
    let server = installation.start();
    let clients = APPS.map(|app| {
        let client = Client::signed_in(server.portal, &owner(app));
        let packages =
            ["1.0.0", "2.0.0"].map(|version| client.upload_package(app, &SamplePackage::new(version, 5).to_bytes()));
        (app, client, packages)
    });
    let stopwatch = Stopwatch::start();
    let mut durations = thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter()
            .map(|(app, client, packages)| {
                scope.spawn(|| {
                    let mut durations = Durations::default();
                    for package in packages.iter().cycle() {
                        if stopwatch.elapsed() > DURATION {
                            break;
                        }
                        let deployment = Stopwatch::start();
                        client.deploy(app, "test", &json!({ "package_id": package }));
                        durations.add(deployment.elapsed());
                    }
                    durations
                })
            })
            .collect();
        let mut total = Durations::default();
        threads.into_iter().for_each(|thread| total.append(thread.join().unwrap()));
        total
    });
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = durations.count() as f64 / stopwatch.elapsed().as_secs_f64();
    results.report("deployments to four apps at once", &format!("{rate:.0}/s"));
    results.report("deployment until its end is seen", &durations.summary());
    server.stop();
}

fn owner(app: &str) -> String {
    format!("{app}@padlock.example")
}
