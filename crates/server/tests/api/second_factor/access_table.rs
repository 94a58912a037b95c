//! The response for each kind of caller and each operation.

use padlock_api::demo::PASSWORD;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::client::{Client, Response};
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(the_response_for_each_caller_and_operation_is_as_in_the_table);

/// Columns: not signed in; signed in with the password; waiting for the code; with an expired window; with an open window, but
/// without the permission; with an open window.
const TABLE: &str = "
                          anonymous     password            waiting       expired             unpermitted         open
test: restart             not_signed_in 200                 not_signed_in 200                 200                 200
production: card          not_signed_in 200                 not_signed_in 200                 200                 200
production: restart       not_signed_in step_up_required    not_signed_in step_up_required    forbidden           200
production: stop          not_signed_in step_up_required    not_signed_in step_up_required    forbidden           200
production: start         not_signed_in wrong_state         not_signed_in wrong_state         forbidden           200
production: transport     not_signed_in step_up_required    not_signed_in step_up_required    forbidden           202
production: deploy        not_signed_in step_up_required    not_signed_in step_up_required    forbidden           202
account                   not_signed_in 200                 not_signed_in 200                 200                 200
account: enrol            not_signed_in already_enrolled    not_signed_in already_enrolled    already_enrolled    already_enrolled
account: replace          not_signed_in fresh_code_required not_signed_in fresh_code_required fresh_code_required fresh_code_required
account: view codes       not_signed_in wrong_code          not_signed_in wrong_code          wrong_code          wrong_code
account: new codes        not_signed_in wrong_code          not_signed_in wrong_code          wrong_code          wrong_code
lock                      not_signed_in 204                 not_signed_in 204                 204                 204
";

async fn send(client: &Client, row: &str, package: &Value) -> Response {
    let with_wrong_code = json!({ "password": PASSWORD, "code": "00000-00000-00000" });
    let enrol = |replace: bool| json!({ "method": "authenticator", "password": PASSWORD, "replace": replace });
    match row {
        "test: restart" => client.operate("test", "restart").await,
        "production: card" => client.get("/apps/shop/environments/production").await,
        "production: restart" => client.operate("production", "restart").await,
        "production: stop" => client.operate("production", "stop").await,
        "production: start" => client.operate("production", "start").await,
        "production: transport" | "production: deploy" => {
            let mut body = json!({ "package_id": package });
            if row == "production: transport" {
                body["from"] = json!("acceptance");
            }
            let response = client.deploy("shop", "production", body).await;
            if response.status == 202 {
                client.wait_for_deployment("shop", "production", &response.json()["id"]).await;
            }
            response
        }
        "account" => client.get("/account").await,
        "account: enrol" => client.post("/account/second-factor", enrol(false)).await,
        "account: replace" => client.post("/account/second-factor", enrol(true)).await,
        "account: view codes" => client.post("/account/recovery-codes/view", with_wrong_code).await,
        "account: new codes" => client.post("/account/recovery-codes", with_wrong_code).await,
        "lock" => client.post("/session/lock", json!({})).await,
        _ => panic!("no such row: {row}"),
    }
}

fn outcome(response: &Response) -> String {
    if response.status.is_success() {
        return response.status.as_u16().to_string();
    }
    response.json()["code"].as_str().unwrap().to_owned()
}

async fn the_response_for_each_caller_and_operation_is_as_in_the_table(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let password_only = api.browser("tess").await;
    let package = json!(tess.package("shop", "1.2.0").await);
    let authenticator = tess.enrol_for(&api, true).await.authenticator;
    let mut expired = api.anonymous();
    expired.sign_in("tess").await;
    expired.verify(&authenticator.next_code(&api)).await.expect(200);
    api.clock.advance(SignedDuration::from_hours(8));
    let mut waiting = api.anonymous();
    waiting.sign_in("tess").await;
    tess.verify(&authenticator.code(&api)).await.expect(200);
    let (dana, _) = api.browser_with_authenticator("dana").await;

    // The caller with the open window comes last because only its requests change anything.
    let callers = [api.anonymous(), password_only, waiting, expired, dana, tess];
    let expected: Vec<_> = TABLE.lines().filter(|line| !line.trim().is_empty()).skip(1).map(parse_row).collect();
    let mut actual: Vec<_> = expected.iter().map(|row| vec![row[0]]).collect();
    let mut results = Vec::new();
    for caller in &callers {
        for row in &expected {
            let row = row[0];
            results.push(outcome(&send(caller, row, &package).await));
            if row.starts_with("account:") {
                // The wrong code delays the next attempt.
                api.clock.advance(SignedDuration::from_secs(61));
            }
        }
    }
    for (n, row) in actual.iter_mut().enumerate() {
        row.extend((0..callers.len()).map(|caller| results[caller * expected.len() + n].as_str()));
    }
    assert_eq!(actual, expected);
}

/// Splits a row into its name, which takes 26 characters, and its cells.
fn parse_row(row: &str) -> Vec<&str> {
    let (name, cells) = row.split_at(26);
    std::iter::once(name.trim()).chain(cells.split_whitespace()).collect()
}
