//! A request to each route that the caller's permissions and proofs alone decide about.

use std::net::IpAddr;

use axum::body::Body;
use http::Method;
use http_body_util::BodyExt;
use padlock_api::demo::PASSWORD;
use padlock_contract::FRESH_CODE_HEADER;
use padlock_domain::operation::Scope;
use padlock_domain::{EnvironmentState, Operation};
use serde_json::{Value, json};

use super::callers::{Caller, Window};
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

/// A request, ready to be sent.
pub(super) struct Prepared {
    pub(super) client: Client,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) content: Option<Content>,
}

impl Prepared {
    pub(super) async fn send(&self) -> Response {
        let (media_type, body) = match &self.content {
            Some(Content::Json(json)) => (Some("application/json"), Body::from(json.to_string())),
            Some(Content::Package(bytes)) => (Some(ZIP), Body::from(bytes.clone())),
            None => (None, Body::empty()),
        };
        let response = self.client.send_request(self.method.clone(), &self.path, media_type, body).await;
        let (parts, mut body) = response.into_parts();
        // A stream of events never ends, but sends something at once.
        let is_stream = self.path.ends_with("/events") && parts.status.is_success();
        let bytes = if is_stream {
            let mut bytes = Vec::new();
            for _ in 0..2 {
                bytes.extend(body.frame().await.unwrap().unwrap().into_data().unwrap());
            }
            bytes
        } else {
            body.collect().await.unwrap().to_bytes().to_vec()
        };
        Response { status: parts.status, headers: parts.headers, bytes }
    }
}

impl Case {
    /// Returns the request of a caller.
    pub(super) async fn prepare(&self, api: &TestApi, objects: &Objects, caller: &Caller) -> Prepared {
        let mut client = caller.client.clone();
        // Wrong passwords of one case must not delay another one.
        client.address = IpAddr::from(api.ports.random::<4>());
        let Parts { id, query, content } = self.parts(api, objects, caller, &client).await;
        if let Some(authenticator) = caller.authenticator.as_ref().filter(|_| self.code) {
            client.headers.insert(FRESH_CODE_HEADER, authenticator.code(api).parse().unwrap());
        }
        let path = self.path.replace("{app}", "shop").replace("{env}", self.environment());
        let path = path.replace("{id}", id.as_deref().unwrap_or("none")) + query;
        Prepared { client, method: self.method.clone(), path, content }
    }

    /// Returns the environment that the request is about.
    pub(super) const fn about(&self) -> Option<&'static str> {
        match self.target {
            Target::Protected => Some("production"),
            Target::Unprotected => Some("acceptance"),
            Target::App | Target::Account => None,
        }
    }

    fn environment(&self) -> &'static str {
        self.about().unwrap_or("acceptance")
    }

    /// Brings about the state that the request needs, and returns what it contains.
    async fn parts(&self, api: &TestApi, objects: &Objects, caller: &Caller, client: &Client) -> Parts {
        let signed_in = !matches!(caller.window, Window::Anonymous | Window::Waiting);
        let password = if self.password { PASSWORD } else { "not the password" };
        match self.operation {
            Operation::Deploy => Parts::json(json!({ "package_id": objects.promoted_package })),
            Operation::Transport => {
                let from = if self.target == Target::Protected { "acceptance" } else { "test" };
                Parts::json(json!({ "package_id": objects.promoted_package, "from": from }))
            }
            Operation::Start => {
                stop(api, self.environment()).await;
                Parts::default()
            }
            Operation::ViewHistory => Parts::id(present_deployment(api, self.environment()).await),
            Operation::UploadPackage => Parts {
                query: "?file_name=shop-2.0.0.mda",
                content: Some(Content::Package(package("2.0.0"))),
                ..Parts::default()
            },
            Operation::DeletePackage | Operation::ViewPackages | Operation::DownloadPackage => {
                let deletes = self.operation == Operation::DeletePackage;
                let id = if deletes { &objects.unused_package } else { &objects.promoted_package };
                Parts::id(id.clone())
            }
            Operation::ExportActivity => Parts { query: "?format=csv", ..Parts::default() },
            Operation::EndSession if self.path == "/sessions" => Parts { query: "?others=true", ..Parts::default() },
            Operation::EndSession if signed_in => Parts::id(another_session(client).await),
            Operation::DismissNotice if signed_in => {
                let account = client.get("/account").await.expect(200).json();
                Parts::id(text(&account["notices"][0]["id"]))
            }
            Operation::VerifyCode => {
                let code = caller.authenticator.as_ref().map(|authenticator| authenticator.code(api));
                Parts::json(json!({ "code": code.unwrap_or("123456".to_owned()) }))
            }
            Operation::EnrolSecondFactor => Parts::json(json!({ "method": "authenticator", "password": password })),
            Operation::ChangeSecondFactor => {
                Parts::json(json!({ "method": "authenticator", "password": password, "replace": true }))
            }
            Operation::ViewRecoveryCodes | Operation::RegenerateRecoveryCodes => {
                Parts::json(json!({ "password": password }))
            }
            Operation::ViewEnrolment | Operation::CancelEnrolment if signed_in => {
                begin_replacement(api, caller, client).await;
                Parts::default()
            }
            Operation::ConfirmEnrolment if signed_in => {
                let pending = begin_replacement(api, caller, client).await;
                let code = Authenticator::scan(&pending).code(api);
                Parts::json(json!({ "enrolment_id": pending["enrolment_id"], "code": code }))
            }
            Operation::ConfirmEnrolment => Parts::json(json!({ "enrolment_id": "none", "code": "123456" })),
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
            | Operation::CancelEnrolment => Parts::default(),
            other => panic!("no request for {} is known", other.name()),
        }
    }
}

pub(super) enum Content {
    Json(Value),
    Package(Vec<u8>),
}

#[derive(Default)]
struct Parts {
    id: Option<String>,
    query: &'static str,
    content: Option<Content>,
}

impl Parts {
    fn id(id: String) -> Self {
        Self { id: Some(id), ..Self::default() }
    }

    fn json(body: Value) -> Self {
        Self { content: Some(Content::Json(body)), ..Self::default() }
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
