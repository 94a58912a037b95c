//! Clients that hang up in the middle of what changes something: all of it is done, or nothing.

use std::thread;
use std::time::Duration;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Books, Client, PASSWORD, Process, Request, Worker, code, sound, state};
use serde_json::{Value, json};

use crate::process::{DEMO_PASSWORD, Demo, TESS, furnished};

/// By then a server has begun with what it was sent.
const MEANWHILE: Duration = Duration::from_millis(400);

#[test]
fn after_all_was_sent() {
    let mut rng = fastrand::Rng::with_seed(20_261_131);
    let (_folder, place) = furnished(&["shop"]);
    let server = place.start();
    let mut worker = Worker::new(Client::signed_in(server.portal, TESS), "shop", rng.u64(..));
    for _ in 0..3 {
        worker.upload().unwrap();
    }
    for round in 0..20 {
        worker.client.hangs_up = Some(Duration::from_micros(rng.u64(0..8_000)));
        worker.act().unwrap_err();
        worker.client.hangs_up = None;
        thread::sleep(MEANWHILE);
        worker.settle().unwrap();
        let compared = worker.books.compare(&worker.client, server.apps, false);
        compared.unwrap_or_else(|wrong| panic!("round {round}: {wrong}"));
    }
    println!("{:?}", worker.books.turned_out);
    assert!(worker.books.turned_out.contains_key("done without an answer"), "{:?}", worker.books.turned_out);
    Books::compare_files_soon(&[&worker.books], &place.data()).unwrap();

    sign_in(&server, &worker.client);
    prove(&server, worker.client);
    assert_eq!(server.stop().0, Some(0));
    sound(&place.database());
}

fn sign_in(server: &Process, tess: &Client) {
    let sessions = || tess.get("/sessions").unwrap().json()["items"].as_array().unwrap().len();
    let (before, mut stranger) = (sessions(), Client::stranger(server.portal));
    for n in 1..=5 {
        stranger.hangs_up = Some(Duration::from_millis(5 * n));
        let form = json!({ "login": TESS, "password": PASSWORD, "token": true });
        stranger.post("/sign-in", &form).unwrap_err();
    }
    thread::sleep(MEANWHILE);
    let after = sessions();
    assert!((before..=before + 5).contains(&after), "{before} sessions, then {after}");
}

/// A code is spent if, and only if, the session has its new secret.
fn prove(server: &Process, mut tess: Client) {
    let form = json!({ "method": "authenticator", "password": PASSWORD });
    let pending = tess.post("/account/second-factor", &form).unwrap().json();
    let seed = Seed::from_base32(pending["secret"].as_str().unwrap()).unwrap();
    // The step before this one is spent by this; so this one's is left, or the next's.
    let form = json!({ "enrolment_id": pending["enrolment_id"], "code": code(&seed, -1) });
    let confirmed = tess.post("/account/second-factor/confirm", &form).unwrap();
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    tess.adopt(&confirmed);

    let now = json!({ "code": code(&seed, 0) });
    tess.hangs_up = Some(Duration::from_millis(1));
    tess.post("/verify-2fa-code", &now).unwrap_err();
    tess.hangs_up = None;
    thread::sleep(MEANWHILE);
    let done = tess.get("/session").unwrap().status == 401;
    println!("the code was {}", if done { "spent" } else { "not spent" });
    if done {
        tess = Client::signed_in(server.portal, TESS);
    }
    let again = tess.post("/verify-2fa-code", &now).unwrap();
    assert_eq!(again.code(), if done { "code_already_used" } else { "" }, "{}", again.text());
}

/// Every call of the API that changes something, without its last bytes.
#[test]
fn before_all_was_sent() {
    let demo = Demo::start(&[]);
    let (tess, place, package) = (&demo.tess, &demo.place, demo.package());
    let other = tess.get("/session").unwrap().json()["id"].as_str().unwrap().to_owned();
    let before = state(&place.database(), &[]);
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["post", "put", "patch", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let id = if path.contains("/packages/") { &package } else { &other };
            let path = path.replace("{app}", "shop").replace("{env}", "test").replace("{id}", id);
            let request = tess.request(&method.to_uppercase(), path.strip_prefix("/api/v1").unwrap());
            // Where there is no body, the head lacks its end.
            let whole = if operation["requestBody"].is_null() { request } else { filled(request, &path, &package) };
            for without in [1, 3] {
                drop(whole.begin(tess.to, whole.bytes().len() - without).unwrap());
                tried += 1;
            }
        }
    }
    thread::sleep(MEANWHILE * 4);
    assert!(tried >= 40, "only {tried}");
    let after = state(&place.database(), &[]);
    let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
    assert_eq!(changed, Vec::<&String>::new());
    assert_eq!(after.len(), before.len());
    assert_eq!(std::fs::read_dir(place.data().join("tmp")).unwrap().count(), 0);
}

/// With what would have made it work.
fn filled(request: Request, path: &str, package: &str) -> Request {
    let form: Value = match path.rsplit('/').next().unwrap_or_default() {
        "sign-in" => json!({ "login": TESS, "password": DEMO_PASSWORD, "token": true }),
        "second-factor" => json!({ "method": "authenticator", "password": DEMO_PASSWORD }),
        "deployments" => json!({ "package_id": package }),
        "clock" => json!({ "advance_seconds": 5 }),
        "packages" => return request.body("application/zip", &padlock_trials::Sample::small("9.9.9", 3).bytes()),
        _ => json!({ "code": "000000", "password": DEMO_PASSWORD }),
    };
    request.json(&form)
}
