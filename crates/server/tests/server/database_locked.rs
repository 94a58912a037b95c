//! Another process that locks the database for six seconds: writes get a response in limited time, reads go on, and
//! afterwards the state agrees with the responses.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use padlock_trials::{
    Client, DatabaseLock, ExpectedState, PASSWORD, Request, Response, SamplePackage, ServerProcess, Stopwatch, Worker,
    assert_integrity, execute,
};
use serde_json::json;

use crate::support::{DANA, TESS, installation_with_apps};

const LOCKED: Duration = Duration::from_secs(6);
/// The server waits five seconds for its connection and five for the file; the rest is for slow machines.
const MAX_WRITE_TIME: Duration = Duration::from_secs(14);
const MAX_READ_TIME: Duration = Duration::from_secs(3);

type Operation<'a> = (&'static str, Box<dyn Fn() -> Response + Send + Sync + 'a>);

#[test]
fn a_locked_database_delays_or_refuses_writes_only() {
    let installation = installation_with_apps(&["shop"]);
    let server = installation.start();
    let tess = Client::signed_in(server.portal, TESS);
    let leaving = Client::signed_in(server.portal, TESS);
    let mut worker = Worker::new(tess.clone(), "shop", 1);
    for _ in 0..3 {
        worker.upload().unwrap();
    }
    let ids: Vec<String> = worker.expected.packages.keys().cloned().collect();
    assert!(worker.deploy(&ids[0], true).unwrap(), "{:?}", worker.responses);
    // The next request of each session would update its last use, but must not wait for the lock.
    execute(&installation.database(), "UPDATE sessions SET last_seen_at = last_seen_at - 400000");

    let lock = DatabaseLock::acquire(&installation.database(), "BEGIN EXCLUSIVE");
    let stopwatch = Stopwatch::start();
    let package = SamplePackage::new("9.0.0-shop", 3);
    worker.expected.sent.insert(package.version.clone(), package.clone());
    let operations = operations(&tess, &leaving, &ids, &package);
    let responses: BTreeMap<&str, Response> = thread::scope(|scope| {
        let timed = |(name, operation): &Operation| {
            let stopwatch = Stopwatch::start();
            let response = operation();
            println!("{name}: {} after {:?}", response.status, stopwatch.elapsed());
            assert!(stopwatch.elapsed() < MAX_WRITE_TIME, "{name}: {:?}", stopwatch.elapsed());
            (*name, response)
        };
        let threads: Vec<_> = operations.iter().map(|operation| scope.spawn(move || timed(operation))).collect();
        while stopwatch.elapsed() < LOCKED {
            assert_readable(&server, &tess);
            thread::sleep(Duration::from_millis(100));
        }
        drop(lock);
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (name, response) in responses.iter().filter(|(_, response)| response.status >= 300) {
        assert_eq!((response.status, response.error_code().as_str()), (503, "unavailable"), "{name}");
        assert_eq!(response.header("content-type"), Some("application/problem+json"), "{name}");
        assert!(response.header("retry-after").is_some_and(|after| after.parse::<u32>().is_ok()), "{name}");
    }
    assert!(responses.values().any(|response| response.status == 503), "the lock affected no request");

    let succeeded = |name: &str| responses[name].status < 300;
    assert_eq!(leaving.get("/session").unwrap().status, if succeeded("sign out") { 401 } else { 200 });
    assert_eq!(responses["sign in"].json()["session_token"].is_string(), succeeded("sign in"));
    if succeeded("delete") {
        worker.expected.packages.remove(&ids[2]);
        worker.expected.deleted.insert(ids[2].clone());
    }
    if succeeded("deploy") {
        worker.finish_deployment(&ids[1], responses["deploy"].json()["id"].as_str().unwrap()).unwrap();
    }
    worker.verify(&server, false, "after the lock");
    ExpectedState::wait_for_files(&[&worker.expected], &installation.data(), "after the lock");
    for (name, operation) in &operations {
        let response = operation();
        let already_done = succeeded(name) && [401, 404, 409].contains(&response.status);
        assert!(response.status < 300 || already_done, "{name}: {}", response.text());
    }
    server.stop();
    assert_integrity(&installation.database());
}

fn operations<'a>(
    tess: &'a Client,
    leaving: &'a Client,
    ids: &'a [String],
    package: &'a SamplePackage,
) -> Vec<Operation<'a>> {
    let deploy = || {
        let form = json!({ "package_id": ids[1], "start": true });
        tess.post("/apps/shop/environments/test/deployments", &form).unwrap()
    };
    vec![
        ("sign in", Box::new(|| Client::anonymous(tess.portal).sign_in(TESS, PASSWORD).unwrap())),
        ("lock", Box::new(|| tess.post_empty("/session/lock").unwrap())),
        ("sign out", Box::new(|| leaving.delete("/session").unwrap())),
        ("upload", Box::new(|| tess.upload("/apps/shop/packages", &package.to_bytes()).unwrap())),
        ("delete", Box::new(|| tess.delete(&format!("/apps/shop/packages/{}", ids[2])).unwrap())),
        ("deploy", Box::new(deploy)),
    ]
}

fn assert_readable(server: &ServerProcess, tess: &Client) {
    for path in [
        "/session",
        "/apps",
        "/health",
        "/ready",
        "/portal",
        "/apps/shop/environments",
        "/apps/shop/packages",
        "/apps/shop/activity",
    ] {
        let stopwatch = Stopwatch::start();
        let response = tess.get(path).unwrap();
        assert!(response.status < 300, "{path}: {}", response.text());
        assert!(stopwatch.elapsed() < MAX_READ_TIME, "{path}: {:?}", stopwatch.elapsed());
    }
    let host = format!("test--shop.localhost:{}", server.environments.port());
    let _ = Request::new("GET", "/").host(&host).send(server.environments).unwrap().expect(200);
}

#[test]
fn operator_commands_report_a_locked_database() {
    let installation = installation_with_apps(&["shop"]);
    let server = installation.start();
    let lock = DatabaseLock::acquire(&installation.database(), "BEGIN IMMEDIATE");
    installation.run(&["account", "list"], "");
    installation.run(&["check"], "");
    let stopwatch = Stopwatch::start();
    let output = installation.output(&["account", "add", DANA, "--name", "Dana"], PASSWORD);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("the database is busy") && message.lines().count() == 1, "{message}");
    assert!(stopwatch.elapsed() < MAX_WRITE_TIME, "{:?}", stopwatch.elapsed());
    drop(lock);
    let list = installation.run(&["account", "list"], "");
    assert!(!list.contains("dana@"), "{list}");
    installation.add_account(DANA);
    let _ = Client::signed_in(server.portal, DANA);
}
