//! A request to each route that the caller's permissions and proofs alone decide about.

use std::net::IpAddr;

use axum::body::Body;
use http::Method;
use padlock_api::demo::PASSWORD;
use padlock_contract::FRESH_CODE_HEADER;
use padlock_domain::operation::Scope;
use padlock_domain::{EnvironmentState, Operation};
use serde_json::{Value, json};

use super::callers::{Caller, Callers, Window};
use crate::authenticator::Authenticator;
use crate::client::{Client, Response};
use crate::packages::{ZIP, package};
use crate::test_api::TestApi;

/// What the request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The environment `acceptance`.
    Unprotected,
    /// The environment `production`.
    Protected,
    /// The app, which has a protected environment.
    App,
    /// The caller's account.
    Account,
}

/// The second factor of the caller's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountKind {
    Enrolled,
    NotEnrolled,
}

/// A request to a route.
#[derive(Debug, Clone)]
pub(super) struct Case {
    method: Method,
    path: String,
    operation: Operation,
    pub(super) target: Target,
    pub(super) account: AccountKind,
    /// Whether the request has the right password.
    pub(super) password: bool,
    /// Whether the request has a fresh code.
    pub(super) code: bool,
}

/// Returns the requests to a route as one of its operations.
pub(super) fn cases(method: &str, path: &str, operation: &str) -> Vec<Case> {
    let operation = Operation::from_name(operation).unwrap();
    let rule = operation.rule();
    let case = |target, password, code| Case {
        method: method.parse().unwrap(),
        path: path.to_owned(),
        operation,
        target,
        account: match operation {
            Operation::EnrolSecondFactor | Operation::RequestMailCode => AccountKind::NotEnrolled,
            _ => AccountKind::Enrolled,
        },
        password,
        code,
    };
    match rule.scope {
        Scope::Environment => [Target::Unprotected, Target::Protected]
            .into_iter()
            .flat_map(|target| [false, true].map(|code| case(target, false, code)))
            .collect(),
        Scope::App => [false, true].map(|code| case(Target::App, false, code)).to_vec(),
        Scope::Account => [(false, false), (false, true), (true, false), (true, true)]
            .map(|(password, code)| case(Target::Account, password, code))
            .to_vec(),
        Scope::Support | Scope::Installation => panic!("no request for {} is known", operation.name()),
    }
}

/// The ids of what requests are about.
pub(super) struct Objects {
    /// A package that is on no environment.
    unused_package: String,
    /// The package that runs on the environments before `production`.
    promoted_package: String,
}

impl Objects {
    pub(super) async fn find(api: &TestApi) -> Self {
        let tess = api.browser("tess").await;
        Self {
            unused_package: tess.package("shop", "1.0.0").await,
            promoted_package: tess.package("shop", "1.2.0").await,
        }
    }
}

impl Case {
    pub(super) async fn send(&self, callers: &Callers, caller: &Caller) -> Response {
        let mut client = caller.client.clone();
        // Wrong passwords of one case must not delay another one.
        client.address = IpAddr::from(callers.api.ports.random::<4>());
        let prepared = self.prepare(callers, caller, &client).await;
        if let Some(authenticator) = caller.authenticator.as_ref().filter(|_| self.code) {
            client.headers.insert(FRESH_CODE_HEADER, authenticator.code(&callers.api).parse().unwrap());
        }
        let path = self.path.replace("{app}", "shop").replace("{env}", self.environment());
        let path = path.replace("{id}", prepared.id.as_deref().unwrap_or("none")) + prepared.query;
        let (media_type, body) = match prepared.body {
            Some(Content::Json(json)) => (Some("application/json"), Body::from(json.to_string())),
            Some(Content::Package(bytes)) => (Some(ZIP), Body::from(bytes)),
            None => (None, Body::empty()),
        };
        if path.ends_with("/events") {
            // The body never ends.
            let (parts, _) = client.send_request(self.method.clone(), &path, media_type, body).await.into_parts();
            let bytes = br#"{"code":"not a problem document"}"#.to_vec();
            if parts.status.is_success() {
                return Response { status: parts.status, headers: parts.headers, bytes };
            }
            return client.get(&path).await;
        }
        client.send(self.method.clone(), &path, media_type, body).await
    }

    const fn environment(&self) -> &'static str {
        match self.target {
            Target::Protected => "production",
            Target::Unprotected | Target::App | Target::Account => "acceptance",
        }
    }

    /// Brings about the state that the request needs, and returns what it contains.
    async fn prepare(&self, callers: &Callers, caller: &Caller, client: &Client) -> Prepared {
        let (api, objects) = (&callers.api, &callers.objects);
        let signed_in = !matches!(caller.window, Window::Anonymous | Window::Waiting);
        let password = if self.password { PASSWORD } else { "not the password" };
        match self.operation {
            Operation::Deploy => Prepared::json(json!({ "package_id": objects.promoted_package })),
            Operation::Transport => {
                let from = if self.target == Target::Protected { "acceptance" } else { "test" };
                Prepared::json(json!({ "package_id": objects.promoted_package, "from": from }))
            }
            Operation::Start => {
                stop(api, self.environment()).await;
                Prepared::default()
            }
            Operation::ViewHistory => Prepared::id(present_deployment(api, self.environment()).await),
            Operation::UploadPackage => Prepared {
                query: "?file_name=shop-2.0.0.mda",
                body: Some(Content::Package(package("2.0.0"))),
                ..Prepared::default()
            },
            Operation::DeletePackage | Operation::ViewPackages | Operation::DownloadPackage => {
                let deletes = self.operation == Operation::DeletePackage;
                let id = if deletes { &objects.unused_package } else { &objects.promoted_package };
                Prepared::id(id.clone())
            }
            Operation::ExportActivity => Prepared { query: "?format=csv", ..Prepared::default() },
            Operation::EndSession if self.path == "/sessions" => {
                Prepared { query: "?others=true", ..Prepared::default() }
            }
            Operation::EndSession if signed_in => Prepared::id(another_session(client).await),
            Operation::DismissNotice if signed_in => {
                let account = client.get("/account").await.expect(200).json();
                Prepared::id(text(&account["notices"][0]["id"]))
            }
            Operation::VerifyCode => {
                let code = caller.authenticator.as_ref().map(|authenticator| authenticator.code(api));
                Prepared::json(json!({ "code": code.unwrap_or("123456".to_owned()) }))
            }
            Operation::EnrolSecondFactor => Prepared::json(json!({ "method": "authenticator", "password": password })),
            Operation::ChangeSecondFactor => {
                Prepared::json(json!({ "method": "authenticator", "password": password, "replace": true }))
            }
            Operation::ViewRecoveryCodes | Operation::RegenerateRecoveryCodes => {
                Prepared::json(json!({ "password": password }))
            }
            Operation::ViewEnrolment | Operation::CancelEnrolment if signed_in => {
                begin_replacement(api, caller, client).await;
                Prepared::default()
            }
            Operation::ConfirmEnrolment if signed_in => {
                let pending = begin_replacement(api, caller, client).await;
                let code = Authenticator::scan(&pending).code(api);
                Prepared::json(json!({ "enrolment_id": pending["enrolment_id"], "code": code }))
            }
            Operation::ConfirmEnrolment => Prepared::json(json!({ "enrolment_id": "none", "code": "123456" })),
            Operation::ViewApp
            | Operation::ViewEnvironment
            | Operation::Stop
            | Operation::Restart
            | Operation::ViewActivity
            | Operation::ViewAccount
            | Operation::ViewSessions
            | Operation::SignOut
            | Operation::Lock
            | Operation::RequestMailCode
            | Operation::MarkRecoveryCodesSaved
            | Operation::EndSession
            | Operation::DismissNotice
            | Operation::ViewEnrolment
            | Operation::CancelEnrolment => Prepared::default(),
            other => panic!("no request for {} is known", other.name()),
        }
    }
}

enum Content {
    Json(Value),
    Package(Vec<u8>),
}

#[derive(Default)]
struct Prepared {
    id: Option<String>,
    query: &'static str,
    body: Option<Content>,
}

impl Prepared {
    fn id(id: String) -> Self {
        Self { id: Some(id), ..Self::default() }
    }

    fn json(body: Value) -> Self {
        Self { body: Some(Content::Json(body)), ..Self::default() }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn another_session(client: &Client) -> String {
    let sessions = client.get("/sessions").await.expect(200).json();
    let others = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == false);
    text(&others.unwrap()["id"])
}

async fn begin_replacement(api: &TestApi, caller: &Caller, client: &Client) -> Value {
    let code = caller.authenticator.as_ref().unwrap().code(api);
    let form = json!({ "method": "authenticator", "password": PASSWORD, "replace": true, "code": code });
    client.post("/account/second-factor", form).await.expect(201).json()
}

async fn present_deployment(api: &TestApi, environment: &str) -> String {
    let mut tx = api.ports.store.read().await.unwrap();
    let app = tx.app("shop").await.unwrap().unwrap();
    let environments = tx.environments(app.id).await.unwrap();
    let found = environments.into_iter().find(|found| found.slug.as_str() == environment).unwrap();
    found.state.release().unwrap().deployment.to_string()
}

/// Stops an environment in the store.
async fn stop(api: &TestApi, environment: &str) {
    let stopped = api.ports.store.write(api.ports.clock.as_ref(), api.ports.entropy.as_ref(), |mut tx| async move {
        let app = tx.app("shop").await?.unwrap();
        let environments = tx.environments(app.id).await?;
        let mut found = environments.into_iter().find(|found| found.slug.as_str() == environment).unwrap();
        let revision = found.revision;
        found.state = EnvironmentState::Stopped(found.state.release().unwrap().clone());
        found.revision += 1;
        let _ = tx.save_environment(&found, revision).await?;
        tx.commit(()).await
    });
    stopped.await.unwrap().into_value();
}
