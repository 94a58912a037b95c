//! The log: each line of a request names the request.

use padlock_api::log_events;
use padlock_trials::{Client, execute};
use serde_json::{Value, json};

use super::{deploy, installation_with_team};
use crate::support::TESS;

pub(super) fn lines(log: &str) -> Vec<Value> {
    log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn only_line<'a>(lines: &'a [Value], event: &str) -> &'a Value {
    let found: Vec<_> = lines.iter().filter(|line| line["event"] == event).collect();
    assert_eq!(found.len(), 1, "{event}: {lines:#?}");
    found[0]
}

#[test]
fn every_line_of_a_request_has_its_id_route_and_account() {
    let installation = installation_with_team();
    let server = installation.start();
    let tess = Client::signed_in(server.portal, TESS);
    let account = tess.get("/session").unwrap().expect(200).json()["account"]["id"].clone();
    deploy(&tess, "1.0.0");
    let lines = lines(&server.stop());

    let deployments = "/api/v1/apps/{app}/environments/{env}/deployments";
    for (event, method, route) in
        [(log_events::SIGN_IN, "POST", "/api/v1/sign-in"), (log_events::DEPLOYMENT, "POST", deployments)]
    {
        let request = &only_line(&lines, event)["spans"][0];
        assert_eq!(request["id"].as_str().map(str::len), Some(16), "{request}");
        let expected =
            json!({ "name": "request", "id": request["id"], "method": method, "route": route, "account": account });
        assert_eq!(*request, expected);
        // The line of the response has the same span.
        let is_response = |line: &&Value| line["message"] == "answered" && line["spans"][0]["id"] == request["id"];
        assert_eq!(lines.iter().filter(is_response).map(|line| &line["spans"][0]).collect::<Vec<_>>(), [request]);
    }
}

#[test]
fn a_failed_request_logs_its_cause() {
    let installation = installation_with_team();
    let server = installation.start();
    let tess = Client::signed_in(server.portal, TESS);
    execute(&installation.database(), "ALTER TABLE packages RENAME TO lost_packages");
    let response = tess.get("/apps/shop/packages").unwrap().expect(500);
    assert!(!response.text().contains("table"), "{}", response.text());
    let lines = lines(&server.stop());
    let line = only_line(&lines, log_events::REQUEST_FAILED);
    assert!(line["cause"].as_str().unwrap().contains("no such table: packages"), "{line}");
    assert_eq!(line["spans"][0]["id"].as_str(), response.header("x-request-id"));
    assert_eq!(line["spans"][0]["route"], "/api/v1/apps/{app}/packages");
}
