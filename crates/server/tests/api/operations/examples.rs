//! The examples of the API's documentation are what the API says to Tess in the demo.
//!
//! The test compares their shape: ids, times and codes differ each time. With `PADLOCK_WRITE_EXAMPLES=1` it writes the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use http::Method;
use http::header::USER_AGENT;
use padlock_contract::FRESH_CODE_HEADER;
use padlock_domain::operation::FreshCodeRule;
use padlock_domain::{Operation, SignedDuration};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::callers::{Caller, Role, Window};
use super::requests::{AccountKind, Case, Content, Objects, Prepared, Target, cases};
use super::{Route, routes};
use crate::client::{Client, Response};
use crate::test_api::TestApi;

const FILE: &str = "../api/src/openapi/examples.json";
/// Stands in for the secrets of sessions, which secret scanners would report.
const EXAMPLE_TOKEN: &str = "pls_example";
/// How many items of a list an example shows.
const LIST_ITEMS: usize = 2;

/// An example, as `crates/api/src/openapi/examples.rs` reads it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Example {
    method: String,
    path: String,
    /// The path with the query that the request was sent to.
    sent_to: String,
    /// Whether the request needs a credential.
    signed_in: bool,
    /// Whether the request needs a fresh code.
    #[serde(default)]
    fresh_code: bool,
    /// The body, if it is JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<Value>,
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    response: Option<Value>,
    /// The beginning of a response that is not JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Example {
    fn new(route: &Route, prepared: &Prepared, response: &Response) -> Self {
        let media_type = response.headers.get("content-type").map_or("", |value| value.to_str().unwrap());
        let is_json = media_type.starts_with("application/json");
        let is_text = media_type.starts_with("text/");
        let text = || String::from_utf8(response.bytes.clone()).unwrap().lines().take(4).collect::<Vec<_>>().join("\n");
        Self {
            method: route.method.clone(),
            path: route.path.clone(),
            sent_to: prepared.path.clone(),
            signed_in: !route.operations.is_empty(),
            fresh_code: prepared.client.headers.contains_key(FRESH_CODE_HEADER),
            request: match &prepared.content {
                Some(Content::Json(json)) => Some(json.clone()),
                Some(Content::Package(_)) | None => None,
            },
            status: response.status.as_u16(),
            response: is_json.then(|| shortened(response.json())),
            text: is_text.then(text),
        }
    }
}

/// Replaces the secrets of sessions, and cuts lists.
fn shortened(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let field = |(name, value)| {
                let value = if name == "session_token" { json!(EXAMPLE_TOKEN) } else { shortened(value) };
                (name, value)
            };
            fields.into_iter().map(field).collect()
        }
        Value::Array(items) => items.into_iter().take(LIST_ITEMS).map(shortened).collect(),
        other => other,
    }
}

/// Replaces values by their types, and lists by their first item.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(items) => items.iter().take(1).map(shape).collect(),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("flag"),
        Value::Null => Value::Null,
    }
}

async fn public_request(client: &Client, route: &Route) -> Prepared {
    let json = match (route.method.as_str(), route.path.as_str()) {
        ("POST", "/sign-in") => {
            Some(json!({ "login": "tess@padlock.example", "password": padlock_api::demo::PASSWORD, "token": true }))
        }
        ("POST", "/demo/clock") => Some(json!({ "advance_seconds": 28_800 })),
        _ => None,
    };
    Prepared {
        client: client.clone(),
        method: route.method.parse::<Method>().unwrap(),
        path: route.path.clone(),
        content: json.map(Content::Json),
    }
}

fn needs_fresh_code(operation: &str) -> bool {
    Operation::from_name(operation).unwrap().rule().fresh_code == FreshCodeRule::Always
}

async fn all_examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for route in routes() {
        // Each call finds the demo as it begins.
        let api = TestApi::in_memory().await;
        let Some(operation) = route.operations.first() else {
            let prepared = public_request(&api.anonymous(), &route).await;
            let response = prepared.send().await;
            examples.push(Example::new(&route, &prepared, &response));
            continue;
        };
        let case = cases(&route.method, &route.path, operation)
            .into_iter()
            .filter(|case| case.target != Target::Protected && case.code == needs_fresh_code(operation))
            .max_by_key(|case| case.password)
            .unwrap();
        let prepared = case.prepare(&api, &Objects::find(&api).await, &tess(&api, &case).await).await;
        let response = prepared.send().await;
        examples.push(Example::new(&route, &prepared, &response));
    }
    examples
}

async fn tess(api: &TestApi, case: &Case) -> Caller {
    let mut client = api.anonymous();
    client.headers.insert(USER_AGENT, "curl/8.14.1".parse().unwrap());
    let mut browser = client.clone();
    browser.sign_in("tess").await;
    client.sign_in_for_token("tess").await;
    let authenticator = if case.account == AccountKind::Enrolled {
        let authenticator = client.enrol(api).await.authenticator;
        api.clock.advance(SignedDuration::from_secs(30));
        Some(Arc::new(authenticator))
    } else {
        None
    };
    Caller { role: Role::all().remove(0), window: Window::Open, browser: false, client, authenticator }
}

#[tokio::test]
async fn the_examples_of_the_documentation_are_what_the_api_says() {
    let examples = all_examples().await;
    for example in &examples {
        assert!((200..300).contains(&example.status), "{example:?}");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("PADLOCK_WRITE_EXAMPLES").is_some() {
        std::fs::write(&file, serde_json::to_string_pretty(&examples).unwrap() + "\n").unwrap();
    }
    let documented: Vec<Example> = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let shapes = |examples: &[Example]| -> BTreeMap<String, Value> {
        let of = |example: &Example| {
            let (request, response) = (example.request.as_ref().map(shape), example.response.as_ref().map(shape));
            let key = format!("{} {}", example.method, example.path);
            (
                key,
                json!([
                    example.signed_in,
                    example.fresh_code,
                    request,
                    example.status,
                    response,
                    example.text.is_some()
                ]),
            )
        };
        examples.iter().map(of).collect()
    };
    assert_eq!(shapes(&documented), shapes(&examples));
}
