//! Somebody else holds the database for six seconds: what writes is answered within a bound, what reads goes on, commands
//! say so, and afterwards all is as it was told.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use padlock_trials::{Answer, Books, Client, Lock, PASSWORD, Process, Request, Sample, Watch, Worker, change, sound};
use serde_json::json;

use crate::process::{TESS, furnished};

const HELD: Duration = Duration::from_secs(6);
/// Five seconds for a turn and five for the file, and what a slow machine adds.
const BOUND: Duration = Duration::from_secs(14);
const AT_ONCE: Duration = Duration::from_secs(3);

/// What somebody does who changes something, and what says afterwards whether it was done.
type Act = (&'static str, Box<dyn Fn() -> Answer + Send + Sync>);

#[test]
fn for_six_seconds() {
    let (_folder, place) = furnished(&["shop"]);
    let server = place.start();
    let to = server.portal;
    let tess = Client::signed_in(to, TESS);
    let leaving = Client::signed_in(to, TESS);
    let mut worker = Worker::new(tess.clone(), "shop", 1);
    for _ in 0..3 {
        worker.upload().unwrap();
    }
    let ids: Vec<String> = worker.books.packages.keys().cloned().collect();
    let deployed = worker.deploy_this(&ids[0]).unwrap();
    assert!(deployed, "{:?}", worker.tally);
    // Its use is due to be written down: that must hold no reading up.
    change(&place.database(), "UPDATE sessions SET last_seen_at = last_seen_at - 400000");

    let lock = Lock::take(&place.database(), "BEGIN EXCLUSIVE");
    let began = Watch::start();
    let upload = Sample::small("9.0.0-shop", 3);
    worker.books.samples.insert(upload.version.clone(), upload.clone());
    let acts = acts(&tess, &leaving, &ids, &upload);
    let answers: BTreeMap<&str, Answer> = thread::scope(|scope| {
        let working: Vec<_> = acts
            .iter()
            .map(|(what, act)| {
                scope.spawn(move || {
                    let watch = Watch::start();
                    let answer = act();
                    println!("{what}: {} after {:?}", answer.status, watch.spent());
                    assert!(watch.spent() < BOUND, "{what}: {:?}", watch.spent());
                    (*what, answer)
                })
            })
            .collect();
        while began.spent() < HELD {
            reads(&server, &tess);
            thread::sleep(Duration::from_millis(100));
        }
        drop(lock);
        working.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (what, answer) in &answers {
        if answer.status >= 300 {
            assert_eq!((answer.status, answer.code().as_str()), (503, "unavailable"), "{what}: {}", answer.text());
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
            assert!(answer.header("retry-after").is_some_and(|after| after.parse::<u32>().is_ok()), "{what}");
        }
    }
    assert!(answers.values().any(|answer| answer.status == 503), "nobody met the lock");

    // What was told holds, and all of it works now.
    let fine = |what: &str| answers[what].status < 300;
    assert_eq!(leaving.get("/session").unwrap().status, if fine("sign out") { 401 } else { 200 });
    let token = answers["sign in"].json()["session_token"].as_str().map(str::to_owned);
    assert_eq!(token.is_some(), fine("sign in"));
    if fine("delete") {
        worker.books.packages.remove(&ids[2]);
        worker.books.gone.insert(ids[2].clone());
    }
    if fine("deploy") {
        worker.finish_deployment(&ids[1], answers["deploy"].json()["id"].as_str().unwrap()).unwrap();
    }
    worker.books.compare(&tess, server.apps, false).unwrap();
    Books::compare_files_soon(&[&worker.books], &place.data()).unwrap();
    for (what, act) in &acts {
        let answer = act();
        let again = answer.status == 409 || answer.status == 404 || answer.status == 401;
        assert!(answer.status < 300 || again && fine(what), "{what}: {}", answer.text());
    }
    assert_eq!(server.stop().0, Some(0));
    sound(&place.database());
}

fn acts(tess: &Client, leaving: &Client, ids: &[String], upload: &Sample) -> Vec<Act> {
    let [a, b, c, d, f] = std::array::from_fn(|_| tess.clone());
    let e = leaving.clone();
    let (deployed, deleted, bytes) = (ids[1].clone(), ids[2].clone(), upload.bytes());
    let sign_in = json!({ "login": TESS, "password": PASSWORD, "token": true });
    vec![
        ("sign in", Box::new(move || Client::stranger(a.to).post("/sign-in", &sign_in).unwrap())),
        ("lock", Box::new(move || b.act("/session/lock").unwrap())),
        ("sign out", Box::new(move || e.delete("/session").unwrap())),
        ("upload", Box::new(move || f.upload("/apps/shop/packages", &bytes).unwrap())),
        ("delete", Box::new(move || c.delete(&format!("/apps/shop/packages/{deleted}")).unwrap())),
        (
            "deploy",
            Box::new(move || {
                let form = json!({ "package_id": deployed, "start": true });
                d.post("/apps/shop/environments/test/deployments", &form).unwrap()
            }),
        ),
    ]
}

fn reads(server: &Process, tess: &Client) {
    let base = "/apps/shop";
    for path in ["/session", "/apps", "/health", "/ready", "/portal"].map(str::to_owned).into_iter().chain([
        format!("{base}/environments"),
        format!("{base}/packages"),
        format!("{base}/activity"),
    ]) {
        let watch = Watch::start();
        let answer = tess.get(&path).unwrap();
        assert!(answer.status < 300, "{path}: {}", answer.text());
        assert!(watch.spent() < AT_ONCE, "{path}: {:?}", watch.spent());
    }
    let host = format!("test.shop.localhost:{}", server.apps.port());
    let site = Request::new("GET", "/").host(&host).send(server.apps).unwrap();
    assert_eq!(site.status, 200);
}

#[test]
fn commands_of_the_operator() {
    let (_folder, place) = furnished(&["shop"]);
    let server = place.start();
    let lock = Lock::take(&place.database(), "BEGIN IMMEDIATE");
    place.works(&["account", "list"], "");
    place.works(&["check"], "");
    let watch = Watch::start();
    let output = place.operate(&["account", "add", "dana@padlock.example", "--name", "Dana"], PASSWORD);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the database is busy") && said.lines().count() == 1, "{said}");
    assert!(watch.spent() < BOUND, "{:?}", watch.spent());
    drop(lock);
    let list = place.works(&["account", "list"], "");
    assert!(!list.contains("dana@"), "{list}");
    place.add_account("dana@padlock.example");
    let _ = Client::signed_in(server.portal, "dana@padlock.example");
}
