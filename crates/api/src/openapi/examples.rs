//! The examples of the OpenAPI document. A test makes them from what the API says in the demo
//! (`crates/server/tests/api/operations/examples.rs`).

use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, RefOr};

use super::methods;

const FILE: &str = include_str!("examples.json");

/// A request to a route, and its response.
#[derive(Debug, Deserialize)]
pub(super) struct Example {
    pub(super) method: String,
    /// The route, without the prefix of all paths.
    pub(super) path: String,
    /// The path with the query that the request was sent to.
    pub(super) sent_to: String,
    /// Whether the request needs a credential.
    pub(super) signed_in: bool,
    /// Whether the request needs a fresh code.
    pub(super) fresh_code: bool,
    /// The body, if it is JSON.
    pub(super) request: Option<Value>,
    pub(super) status: u16,
    pub(super) response: Option<Value>,
    /// The beginning of a response that is not JSON.
    pub(super) text: Option<String>,
}

/// Returns the examples. A test ensures that the file can be read.
pub(super) fn all() -> Vec<Example> {
    serde_json::from_str(FILE).unwrap_or_default()
}

/// Adds its example to every operation of the document.
pub(crate) fn add(document: &mut OpenApi) {
    for example in all() {
        let path = format!("{}{}", padlock_contract::paths::BASE, example.path);
        let Some(item) = document.paths.paths.get_mut(&path) else { continue };
        let operation = methods::of_mut(item).find(|(method, _)| *method == example.method);
        if let Some((_, operation)) = operation {
            add_to(operation, example);
        }
    }
}

fn add_to(operation: &mut Operation, example: Example) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content {
                content.example.clone_from(&example.request);
            }
        }
    }
    let status = example.status.to_string();
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(&status)
        && let Some(RefOr::T(content)) = response.content.values_mut().next()
    {
        content.example = example.response.or_else(|| example.text.map(Value::String));
    }
}
