//! Compares the outcome of every route with `docs/operations-table.md`: for each role, credential and authorised window.
//!
//! The routes and their operations come from the OpenAPI document, so that none can be forgotten.

mod callers;
mod examples;
mod requests;
#[path = "../../../../domain/tests/rules/operations_table.rs"]
mod table;

use std::collections::BTreeSet;

use callers::{Caller, Callers, Window};
use padlock_domain::Operation;
use padlock_domain::operation::Scope;
use requests::{Case, Target, cases};
use serde_json::Value;
use table::{Requirement, Row};

use crate::client::Response;
use crate::test_api::TestApi;

const DOCUMENT: &str = include_str!("../../../../../docs/operations-table.md");

/// A route of the OpenAPI document, with the operations that it names.
#[derive(Debug, Clone)]
struct Route {
    method: String,
    path: String,
    operations: Vec<String>,
}

fn routes() -> Vec<Route> {
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let operations = match &operation[padlock_contract::OPERATION_EXTENSION] {
                Value::Null => Vec::new(),
                Value::String(name) => vec![name.clone()],
                Value::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
                other => panic!("{other}"),
            };
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            routes.push(Route { method: method.to_uppercase(), path, operations });
        }
    }
    routes
}

/// The routes and their operations as the document lists them, so that a declaration cannot be changed unnoticed.
#[test]
fn the_document_lists_every_route_with_its_operations() {
    let documented: BTreeSet<_> = table::rows().into_iter().map(|row| row.operation).collect();
    let mut lines = Vec::new();
    for Route { method, path, operations } in routes() {
        for operation in &operations {
            assert!(documented.contains(operation), "{method} {path}: {operation} is not in the table");
        }
        let names: Vec<_> = operations.iter().map(|name| format!("`{name}`")).collect();
        let names = if names.is_empty() { "–".to_owned() } else { names.join(" or ") };
        lines.push(format!("| `{method} {path}` | {names} |"));
    }
    let table = DOCUMENT.split("| route | operation |\n|---|---|\n").nth(1).unwrap();
    assert_eq!(table.lines().collect::<Vec<_>>(), lines);
}

#[tokio::test]
async fn a_card_lists_the_operations_that_have_a_route() {
    let api = TestApi::in_memory().await;
    let card = api.browser("tess").await.card("shop", "test").await;
    let listed: BTreeSet<_> =
        card["operations"].as_array().unwrap().iter().map(|o| o["name"].as_str().unwrap().to_owned()).collect();
    let on_environments = |name: &String| Operation::from_name(name).unwrap().rule().scope == Scope::Environment;
    let routed: BTreeSet<_> = routes().into_iter().flat_map(|route| route.operations).filter(on_environments).collect();
    assert_eq!(listed, routed);
}

/// The decision of the table, as the code of the response.
fn expected(row: &Row, case: &Case, caller: &Caller) -> &'static str {
    let completes_sign_in = ["verify_code", "sign_out"].contains(&row.operation.as_str());
    match caller.window {
        Window::Anonymous => return "not_signed_in",
        Window::Waiting if !completes_sign_in => return "not_signed_in",
        Window::Waiting | Window::Closed | Window::Expired | Window::Open => {}
    }
    if let Requirement::Owner { password } = row.requirement {
        let fresh_code = row.fresh_code == "always";
        return match () {
            () if password && !case.password => "wrong_credentials",
            () if fresh_code && !case.code => "fresh_code_required",
            () => "done",
        };
    }
    if caller.role.is_stranger || caller.role.deactivated {
        // Deactivated members must not learn more than strangers.
        return "not_found";
    }
    let protected = case.target != Target::Unprotected;
    match row.decision(&caller.as_member(case.about()), protected) {
        "grant" => "done",
        "refused" => "forbidden",
        // A code in the request stands in for the authorised window.
        _ if case.code => "done",
        "step-up" => "step_up_required",
        "fresh code" => "fresh_code_required",
        other => panic!("{other}"),
    }
}

/// Returns the code of the response, or `done`.
fn actual(route: &Route, response: &Response) -> String {
    if response.status.is_success() {
        let lists_shop = || response.json()["items"].as_array().unwrap().iter().any(|app| app["slug"] == "shop");
        // The list has the caller's apps only.
        let found = route.path != "/apps" || lists_shop();
        return if found { "done" } else { "not_found" }.to_owned();
    }
    response.json()["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_route_answers_every_caller_as_in_the_table() {
    let callers = Callers::create().await;
    let rows = table::rows();
    let mut compared = 0;
    let mut differences = Vec::new();
    for route in routes().into_iter().filter(|route| !route.operations.is_empty()) {
        for name in &route.operations {
            let row = rows.iter().find(|row| row.operation == *name).unwrap();
            for case in cases(&route.method, &route.path, name) {
                for caller in callers.for_case(&case) {
                    callers.reset().await;
                    let request = case.prepare(&callers.api, &callers.objects, &caller).await;
                    let prepared = callers.revision();
                    let response = request.send().await;
                    let (mut actual, expected) = (actual(&route, &response), expected(row, &case, &caller));
                    // Wrong passwords are counted; nothing else that is refused changes anything.
                    let is_refused = !["done", "wrong_credentials"].contains(&actual.as_str());
                    if is_refused && !callers.is_unchanged_since(&prepared) {
                        actual.push_str(" after a change");
                    }
                    compared += 1;
                    if actual != expected {
                        differences.push(format!(
                            "{} {} as {name}, {case:?}, {caller:?}: {actual} instead of {expected}",
                            route.method, route.path
                        ));
                    }
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} of {compared}:\n{}", differences.len(), differences.join("\n"));
    assert!(compared > 14_000, "only {compared} outcomes were compared");
}
