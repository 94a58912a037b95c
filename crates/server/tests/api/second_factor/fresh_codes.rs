//! A fresh code in the header `Padlock-Code` authorises one request.

use axum::body::Body;
use futures::future::join_all;
use http::Method;
use padlock_api::demo::PASSWORD;
use padlock_contract::FRESH_CODE_HEADER;
use serde_json::json;

use crate::client::{Client, Response, assert_statuses, count};
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    a_code_in_the_header_stands_in_for_the_window_once,
    a_code_is_used_only_where_one_is_missing,
    a_wrong_code_in_the_header_is_counted_and_changes_nothing,
    nobody_is_asked_for_a_code_only_to_be_refused,
    the_header_and_the_body_carry_one_code,
    one_of_a_hundred_requests_with_one_code_succeeds,
);

/// Returns the client with a code in the header.
fn with_code(client: &Client, code: &str) -> Client {
    let mut client = client.clone();
    client.headers.insert(FRESH_CODE_HEADER, code.parse().unwrap());
    client
}

async fn a_code_in_the_header_stands_in_for_the_window_once(api: TestApi) {
    let (tess, authenticator) = api.browser_with_authenticator("tess").await;
    tess.post("/session/lock", json!({})).await.expect(204);
    let code = authenticator.next_code(&api);
    let once = with_code(&tess, &code);
    once.operate("production", "restart").await.expect(200);
    once.operate("production", "restart").await.problem(401, "code_already_used");
    tess.operate("production", "restart").await.problem(401, "step_up_required");
    assert!(!tess.is_unlocked().await, "the code opens no window");
    // Any method, with a body or without.
    let export = "/apps/shop/activity?format=csv";
    tess.get(export).await.problem(401, "step_up_required");
    with_code(&tess, &authenticator.next_code(&api)).get(export).await.expect(200);
    let transport = tess.transport_form().await;
    with_code(&tess, &authenticator.next_code(&api)).deploy("shop", "production", transport).await.expect(202);
}

async fn a_code_is_used_only_where_one_is_missing(api: TestApi) {
    let (tess, authenticator) = api.browser_with_authenticator("tess").await;
    let code = authenticator.next_code(&api);
    let coded = with_code(&tess, &code);
    coded.operate("production", "restart").await.expect(200);
    coded.operate("test", "restart").await.expect(200);
    coded.card("shop", "production").await;
    with_code(&tess, &authenticator.wrong_code(&api)).operate("production", "restart").await.expect(200);
    tess.post("/session/lock", json!({})).await.expect(204);
    coded.operate("production", "restart").await.expect(200);

    // Permissions come first: nobody is asked for a code only to be refused, and none is used.
    let (dana, authenticator) = api.browser_with_authenticator("dana").await;
    dana.post("/session/lock", json!({})).await.expect(204);
    let code = authenticator.next_code(&api);
    with_code(&dana, &code).operate("production", "restart").await.problem(403, "forbidden");
    dana.post("/verify-2fa-code", json!({ "code": code })).await.expect(200);

    let omar = api.browser("omar").await;
    with_code(&omar, "123456").operate("production", "restart").await.problem(409, "not_enrolled");
}

async fn a_wrong_code_in_the_header_is_counted_and_changes_nothing(api: TestApi) {
    let (tess, authenticator) = api.browser_with_authenticator("tess").await;
    tess.post("/session/lock", json!({})).await.expect(204);
    let wrong = with_code(&tess, &authenticator.wrong_code(&api));
    let problem = wrong.operate("production", "stop").await.problem(401, "wrong_code");
    let left = problem["attempts_left"].as_u64().unwrap();
    let problem = wrong.operate("production", "stop").await.problem(401, "wrong_code");
    assert_eq!(problem["attempts_left"], left - 1);
    for text in ["", "12345", "none", "12345678901234567890"] {
        with_code(&tess, text).operate("production", "stop").await.problem(422, "invalid_fields");
    }
    let mut twice = with_code(&tess, "123456");
    twice.headers.append(FRESH_CODE_HEADER, "654321".parse().unwrap());
    let problem = twice.operate("production", "stop").await.problem(422, "invalid_fields");
    assert!(problem["fields"]["Padlock-Code"].is_string(), "{problem}");
    twice.operate("test", "restart").await.expect(200);
    assert_eq!(tess.card("shop", "production").await["status"], "running");
    with_code(&tess, &authenticator.next_code(&api)).operate("production", "stop").await.expect(200);
}

async fn nobody_is_asked_for_a_code_only_to_be_refused(api: TestApi) {
    let (tess, authenticator) = api.browser_with_authenticator("tess").await;
    tess.post("/session/lock", json!({})).await.expect(204);
    let coded = with_code(&tess, &authenticator.next_code(&api));
    let (old, present) = (tess.package("shop", "1.0.0").await, tess.package("shop", "1.2.0").await);
    for (form, status, code) in [
        (json!({ "package_id": old, "replaces": null }), 409, "moved"),
        (json!({ "package_id": present, "from": "test" }), 422, "invalid_fields"),
        (json!({ "package_id": "none" }), 404, "not_found"),
    ] {
        for client in [&tess, &coded] {
            client.deploy("shop", "production", form.clone()).await.problem(status, code);
        }
    }
    tess.get("/apps/shop/activity?format=csv&type=none").await.problem(422, "invalid_fields");
    coded.operate("production", "start").await.problem(409, "wrong_state");
    coded.operate("production", "restart").await.expect(200);

    let omar = api.browser("omar").await;
    for path in ["/account/recovery-codes", "/account/recovery-codes/view"] {
        omar.post(path, json!({ "password": PASSWORD })).await.problem(409, "not_enrolled");
    }
}

async fn the_header_and_the_body_carry_one_code(api: TestApi) {
    let (tess, authenticator) = api.browser_with_authenticator("tess").await;
    let view = "/account/recovery-codes/view";
    let code = authenticator.next_code(&api);
    let other = authenticator.code_at(&api, -1);
    let form = |code: Option<&str>| match code {
        Some(code) => json!({ "password": PASSWORD, "code": code }),
        None => json!({ "password": PASSWORD }),
    };
    tess.post(view, form(None)).await.problem(401, "fresh_code_required");
    let coded = with_code(&tess, &code);
    let problem = coded.post(view, form(Some(&other))).await.problem(422, "invalid_fields");
    assert!(problem["fields"]["code"].is_string(), "{problem}");
    coded.post(view, form(Some(&code))).await.expect(200);
    coded.post(view, form(None)).await.problem(401, "code_already_used");
    with_code(&tess, &authenticator.next_code(&api)).post(view, form(None)).await.expect(200);
    // A wrong password records no attempt at the factor.
    let wrong = json!({ "password": "not the password" });
    with_code(&tess, &authenticator.next_code(&api)).post(view, wrong).await.problem(401, "wrong_credentials");
    tess.post(view, form(Some(&authenticator.code(&api)))).await.expect(200);
}

async fn one_of_a_hundred_requests_with_one_code_succeeds(api: TestApi) {
    let (tess, authenticator) = api.browser_with_authenticator("tess").await;
    tess.post("/session/lock", json!({})).await.expect(204);
    let code = authenticator.next_code(&api);
    let coded = with_code(&tess, &code);
    let requests = (0..100).map(|n| {
        let coded = coded.clone();
        async move {
            match n % 3 {
                0 => coded.operate("production", "restart").await,
                1 => coded.get("/apps/shop/activity?format=csv").await,
                _ => post(&coded, "/account/recovery-codes/view").await,
            }
        }
    });
    let responses = join_all(requests).await;
    assert_eq!(count(&responses, 200), 1);
    // While one restarts Production, others find it starting.
    assert_statuses(&responses, &[200, 401, 409, 429]);
}

async fn post(client: &Client, path: &str) -> Response {
    let body = Body::from(json!({ "password": PASSWORD }).to_string());
    client.send(Method::POST, path, Some("application/json"), body).await
}
