//! A script that talks to a server in another process, as a person with a password and an authenticator app.

use std::net::SocketAddr;
use std::path::Path;

use padlock_domain::Timestamp;
use padlock_domain::second_factor::totp::{Seed, Step};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::process::Process;
use crate::support::{Answer, ask, zipped};

pub(super) const PASSWORD: &str = "a fine long sentence";

/// A server for real installations. A first enrolment takes the password alone, since no mail goes anywhere here.
pub(super) fn start(folder: &Path) -> Process {
    Process::start(folder, &["--first-binding", "password"])
}

pub(super) async fn sign_in(server: &Process, login: &str, password: &str) -> Answer {
    let body = json!({ "login": login, "password": password, "token": true }).to_string();
    let head = "POST /api/v1/sign-in HTTP/1.1\nHost: 127.0.0.1\nContent-Type: application/json";
    ask(server.portal, head, &body).await
}

/// Somebody who is signed in.
pub(super) struct Script {
    server: SocketAddr,
    token: String,
}

impl Script {
    pub(super) async fn new(server: &Process, login: &str) -> Self {
        let answer = sign_in(server, login, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        Self { server: server.portal, token: answer["session_token"].as_str().unwrap().to_owned() }
    }

    pub(super) async fn tess(server: &Process) -> Self {
        Self::new(server, "tess@padlock.example").await
    }

    /// What the database has of this session's secret.
    pub(super) fn stored(&self) -> String {
        Sha256::digest(self.token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    async fn ask(&self, head: &str, body: &[u8]) -> (u16, Value) {
        let (line, more) = head.split_once('\n').unwrap_or((head, ""));
        let head = format!("{line} HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Bearer {}\n{more}", self.token);
        let answer = ask(self.server, &head, body).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(&format!("GET /api/v1{path}"), b"").await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(&format!("POST /api/v1{path}\nContent-Type: application/json"), body.to_string().as_bytes()).await
    }

    /// Uploads a package of this version, puts it onto Test, and waits until it runs there.
    pub(super) async fn deploy(&self, version: &str) {
        let metadata =
            json!({ "RuntimeVersion": "10.6.8", "ModelVersion": version, "ProjectName": "shop" }).to_string();
        let page = format!("<h1>{version}</h1>");
        let files: [(&str, &[u8]); 2] =
            [("model/metadata.json", metadata.as_bytes()), ("web/index.html", page.as_bytes())];
        let head =
            format!("POST /api/v1/apps/shop/packages?file_name=shop-{version}.mda\nContent-Type: application/zip");
        let (status, package) = self.ask(&head, &zipped(&files)).await;
        assert_eq!(status, 201, "{package}");
        let (status, job) =
            self.post("/apps/shop/environments/test/deployments", json!({ "package_id": package["id"] })).await;
        assert_eq!(status, 202, "{job}");
        let path = format!("/apps/shop/environments/test/deployments/{}", job["id"].as_str().unwrap());
        for _ in 0..500 {
            let (_, job) = self.get(&path).await;
            match job["state"].as_str().unwrap() {
                "done" => return,
                "failed" => panic!("{job}"),
                _ => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        }
        panic!("it is never done");
    }

    /// Enrols an authenticator app, and says what makes its codes.
    pub(super) async fn enrol(&mut self) -> Seed {
        let form = json!({ "method": "authenticator", "password": PASSWORD });
        let (status, pending) = self.post("/account/second-factor", form).await;
        assert_eq!(status, 201, "{pending}");
        let seed = Seed::from_base32(pending["secret"].as_str().unwrap()).unwrap();
        let form = json!({ "enrolment_id": pending["enrolment_id"], "code": code(&seed, 0) });
        let (status, answer) = self.post("/account/second-factor/confirm", form).await;
        assert_eq!(status, 200, "{answer}");
        // A proof gives the session another secret.
        self.token = answer["session_token"].as_str().unwrap().to_owned();
        seed
    }

    /// Whether a code of this app is right, so that the padlock opens.
    pub(super) async fn unlocks_with(&self, seed: &Seed) -> bool {
        // What confirmed the enrolment is spent. Where its step is over, this one's code is another.
        for by in [0, 1] {
            let (status, answer) = self.post("/verify-2fa-code", json!({ "code": code(seed, by) })).await;
            match answer["code"].as_str() {
                None if status == 200 => return true,
                Some("code_already_used") => return true,
                _ => {}
            }
        }
        false
    }
}

#[expect(clippy::disallowed_methods, reason = "the server in the other process has the machine's clock")]
fn code(seed: &Seed, by: i64) -> String {
    seed.code_at(Step::at(Timestamp::now()).plus(by)).expose()
}
