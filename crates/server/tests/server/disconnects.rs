//! Clients that disconnect during a change: it is applied completely or not at all.

use std::thread;
use std::time::Duration;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{
    Client, ExpectedState, PASSWORD, Request, SamplePackage, ServerProcess, Worker, assert_integrity, dump, totp_code,
};
use serde_json::{Value, json};

use crate::support::{DEMO_PASSWORD, Demo, TESS, installation_with_apps};

/// How long the server may take to process a request whose client has disconnected.
const PROCESSING_TIME: Duration = Duration::from_millis(400);

#[test]
fn a_complete_request_is_applied_or_ignored_although_its_client_disconnects() {
    let mut rng = fastrand::Rng::with_seed(20_261_131);
    let installation = installation_with_apps(&["shop"]);
    let server = installation.start();
    let mut worker = Worker::new(Client::signed_in(server.portal, TESS), "shop", rng.u64(..));
    for _ in 0..3 {
        worker.upload().unwrap();
    }
    for round in 0..20 {
        worker.client.disconnect_after = Some(Duration::from_micros(rng.u64(0..8_000)));
        worker.run_random_operation().unwrap_err();
        worker.client.disconnect_after = None;
        thread::sleep(PROCESSING_TIME);
        worker.verify(&server, false, &format!("round {round}"));
    }
    let Worker { expected, client, .. } = worker;
    assert!(expected.outcomes.contains_key("done without a response"), "{:?}", expected.outcomes);
    ExpectedState::wait_for_files(&[&expected], &installation.data(), "at the end");

    disconnect_during_sign_in(&server, &client);
    disconnect_during_verification(&server, client);
    server.stop();
    assert_integrity(&installation.database());
}

fn disconnect_during_sign_in(server: &ServerProcess, tess: &Client) {
    let sessions = || tess.get("/sessions").unwrap().json()["items"].as_array().unwrap().len();
    let (before, mut client) = (sessions(), Client::anonymous(server.portal));
    for n in 1..=5 {
        client.disconnect_after = Some(Duration::from_millis(5 * n));
        client.sign_in(TESS, PASSWORD).unwrap_err();
    }
    thread::sleep(PROCESSING_TIME);
    let after = sessions();
    assert!((before..=before + 5).contains(&after), "{before} sessions, then {after}");
}

/// The code is consumed if and only if the session has a new token.
fn disconnect_during_verification(server: &ServerProcess, mut tess: Client) {
    let form = json!({ "method": "authenticator", "password": PASSWORD });
    let pending = tess.post("/account/second-factor", &form).unwrap().json();
    let seed = Seed::from_base32(pending["secret"].as_str().unwrap()).unwrap();
    // The code of the previous time step leaves that of the current one unused.
    let form = json!({ "enrolment_id": pending["enrolment_id"], "code": totp_code(&seed, -1) });
    let confirmed = tess.post("/account/second-factor/confirm", &form).unwrap().expect(200);
    tess.update_token(&confirmed);

    let form = json!({ "code": totp_code(&seed, 0) });
    tess.disconnect_after = Some(Duration::from_millis(1));
    tess.post("/verify-2fa-code", &form).unwrap_err();
    tess.disconnect_after = None;
    thread::sleep(PROCESSING_TIME);
    let consumed = tess.get("/session").unwrap().status == 401;
    println!("consumed: {consumed}");
    if consumed {
        tess = Client::signed_in(server.portal, TESS);
    }
    let response = tess.post("/verify-2fa-code", &form).unwrap();
    assert_eq!(response.error_code(), if consumed { "code_already_used" } else { "" }, "{}", response.text());
}

/// Sends every request of the API that changes something without its last bytes.
#[test]
fn an_incomplete_request_changes_nothing() {
    let demo = Demo::start(&[]);
    let (tess, installation, package) = (&demo.tess, &demo.installation, demo.package());
    let session = tess.get("/session").unwrap().json()["id"].as_str().unwrap().to_owned();
    let before = dump(&installation.database());
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let mut sent = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["post", "put", "patch", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let id = if path.contains("/packages/") { &package } else { &session };
            let path = path.replace("{app}", "shop").replace("{env}", "test").replace("{id}", id);
            let request = tess.request(&method.to_uppercase(), path.strip_prefix("/api/v1").unwrap());
            // Without a body it is the head that is incomplete.
            let no_body = operation["requestBody"].is_null();
            let request = if no_body { request } else { with_valid_body(request, &path, &package) };
            for missing in [1, 3] {
                drop(request.send_part(tess.portal, request.to_bytes().len() - missing).unwrap());
                sent += 1;
            }
        }
    }
    thread::sleep(PROCESSING_TIME * 4);
    assert!(sent >= 40, "only {sent}");
    let after = dump(&installation.database());
    let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
    assert_eq!(changed, Vec::<&String>::new());
    assert_eq!(after.len(), before.len());
    assert_eq!(std::fs::read_dir(installation.data().join("tmp")).unwrap().count(), 0);
}

fn with_valid_body(request: Request, path: &str, package: &str) -> Request {
    let form: Value = match path.rsplit('/').next().unwrap_or_default() {
        "sign-in" => json!({ "login": TESS, "password": DEMO_PASSWORD, "token": true }),
        "second-factor" => json!({ "method": "authenticator", "password": DEMO_PASSWORD }),
        "deployments" => json!({ "package_id": package }),
        "clock" => json!({ "advance_seconds": 5 }),
        "packages" => return request.body("application/zip", &SamplePackage::new("9.9.9", 3).to_bytes()),
        _ => json!({ "code": "000000", "password": DEMO_PASSWORD }),
    };
    request.json(&form)
}
