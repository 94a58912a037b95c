//! Requests whose body arrives later than their head: changes of the session in between take effect.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::future::join_all;
use futures::{channel::oneshot, join, stream};
use padlock_api::demo::PASSWORD;
use serde_json::{Value, json};

use crate::client::{Client, Response};
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    a_lock_or_sign_out_while_the_body_arrives_takes_effect,
    a_step_up_while_the_body_arrives_does_not_apply_to_the_old_secret,
    requests_with_the_old_cookie_do_not_benefit_from_a_concurrent_step_up,
    recovery_codes_are_not_used_after_a_sign_out,
);

const PRODUCTION: &str = "/apps/shop/environments/production/deployments";

/// Sends the head of a `POST` request, waits for `meanwhile`, and sends the body.
async fn post_delayed(client: &Client, path: &str, json: &Value, meanwhile: impl Future<Output = ()>) -> Response {
    let (release, released) = oneshot::channel::<()>();
    let text = json.to_string();
    let late = stream::once(async move {
        let _ = released.await;
        Ok::<_, std::io::Error>(Bytes::from(text))
    });
    let request = client.post_raw(path, "application/json", Body::from_stream(late));
    let changes = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        meanwhile.await;
        let _ = release.send(());
    };
    join!(request, changes).0
}

/// Returns a client with a copy of the current cookie.
fn copy_session(api: &TestApi, owner: &Client) -> Client {
    let mut copy = api.anonymous();
    copy.headers = owner.headers.clone();
    copy
}

async fn a_lock_or_sign_out_while_the_body_arrives_takes_effect(api: TestApi) {
    let (mut tess, authenticator) = api.browser_with_authenticator("tess").await;
    let body = tess.transport_form().await;
    let lock = async { drop(tess.post("/session/lock", json!({})).await.expect(204)) };
    post_delayed(&tess, PRODUCTION, &body, lock).await.problem(401, "step_up_required");
    tess.verify(&authenticator.next_code(&api)).await.expect(200);
    let sign_out = async { drop(tess.delete("/session").await.expect(204)) };
    post_delayed(&tess, PRODUCTION, &body, sign_out).await.problem(401, "not_signed_in");
    assert_eq!(api.browser("dana").await.card("shop", "production").await["version"], "1.1.0");
}

async fn a_step_up_while_the_body_arrives_does_not_apply_to_the_old_secret(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let body = tess.transport_form().await;
    let before = copy_session(&api, &tess);
    let mut authenticator = None;
    let enrols = async { authenticator = Some(tess.enrol(&api).await.authenticator) };
    post_delayed(&before, PRODUCTION, &body, enrols).await.problem(401, "step_up_required");

    tess.post("/session/lock", json!({})).await.expect(204);
    let (before, authenticator) = (copy_session(&api, &tess), authenticator.unwrap());
    let proves = async { drop(tess.verify(&authenticator.next_code(&api)).await.expect(200)) };
    post_delayed(&before, PRODUCTION, &body, proves).await.problem(401, "step_up_required");
    assert_eq!(tess.card("shop", "production").await["version"], "1.1.0");
    assert!(tess.is_unlocked().await, "only the new secret has the window");
}

async fn requests_with_the_old_cookie_do_not_benefit_from_a_concurrent_step_up(api: TestApi) {
    let (mut tess, authenticator) = api.browser_with_authenticator("tess").await;
    tess.post("/session/lock", json!({})).await.expect(204);
    let before = copy_session(&api, &tess);
    let code = authenticator.next_code(&api);
    let restarts = join_all((0..100).map(|_| before.operate("production", "restart")));
    let (responses, verified) = join!(restarts, tess.verify(&code));
    verified.expect(200);
    for response in responses {
        assert_eq!(response.status, 401, "{}", String::from_utf8_lossy(&response.bytes));
    }
}

async fn recovery_codes_are_not_used_after_a_sign_out(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let enrolled = tess.enrol(&api).await;
    for path in ["/account/recovery-codes", "/account/recovery-codes/view"] {
        let copy = copy_session(&api, &tess);
        let form = json!({ "password": PASSWORD, "code": enrolled.recovery_codes[0] });
        let sign_out = async { drop(tess.delete("/session").await.expect(204)) };
        post_delayed(&copy, path, &form, sign_out).await.problem(401, "not_signed_in");
        tess = api.browser("tess").await;
    }
    let form = json!({ "password": PASSWORD, "code": enrolled.recovery_codes[0] });
    let view = tess.post("/account/recovery-codes/view", form).await.expect(200).json();
    assert_eq!(view["recovery_codes"][1]["code"], enrolled.recovery_codes[1], "the codes were not replaced");
}
