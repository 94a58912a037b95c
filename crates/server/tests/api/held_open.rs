//! Requests whose head arrives, and whose body comes when much has changed: they were let in, and outlive nothing.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::future::join_all;
use futures::{channel::oneshot, join, stream};
use padlock_api::demo::PASSWORD;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::over_both;
use crate::world::World;

over_both!(
    what_is_locked_or_ended_meanwhile_counts,
    a_proof_given_meanwhile_is_not_theirs_who_came_with_the_secret_before,
    a_hundred_requests_with_a_copied_cookie_get_nothing_of_the_window,
    new_recovery_codes_are_not_made_after_the_end,
    nobody_listens_everywhere,
);

const PRODUCTION: &str = "/apps/shop/environments/production/deployments";

/// Posts JSON whose bytes come after `meanwhile`.
async fn held(client: &Client, path: &str, json: &Value, meanwhile: impl Future<Output = ()>) -> Answer {
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

/// Somebody with a copy of the cookie.
fn thief(world: &World, owner: &Client) -> Client {
    let mut thief = world.stranger();
    thief.headers = owner.headers.clone();
    thief
}

async fn transport(client: &Client) -> Value {
    json!({ "package_id": client.package("shop", "1.2.0").await, "from": "acceptance" })
}

async fn what_is_locked_or_ended_meanwhile_counts(world: World) {
    let mut tess = world.browser("tess").await;
    let phone = tess.enrol(&world).await.phone;
    let body = transport(&tess).await;
    let lock = async { drop(tess.post("/session/lock", json!({})).await.expect(204)) };
    held(&tess, PRODUCTION, &body, lock).await.problem(401, "step_up_required");
    tess.verify(&phone.next_code(&world)).await.expect(200);
    let sign_out = async { drop(tess.delete("/session").await.expect(204)) };
    held(&tess, PRODUCTION, &body, sign_out).await.problem(401, "not_signed_in");
    assert_eq!(world.browser("dana").await.card("shop", "production").await["version"], "1.1.0");
}

async fn a_proof_given_meanwhile_is_not_theirs_who_came_with_the_secret_before(world: World) {
    let mut tess = world.browser("tess").await;
    let body = transport(&tess).await;
    let before = thief(&world, &tess);
    let mut phone = None;
    let enrols = async { phone = Some(tess.enrol(&world).await.phone) };
    held(&before, PRODUCTION, &body, enrols).await.problem(401, "step_up_required");

    tess.post("/session/lock", json!({})).await.expect(204);
    let (before, phone) = (thief(&world, &tess), phone.unwrap());
    let proves = async { drop(tess.verify(&phone.next_code(&world)).await.expect(200)) };
    held(&before, PRODUCTION, &body, proves).await.problem(401, "step_up_required");
    assert_eq!(tess.card("shop", "production").await["version"], "1.1.0");
    assert!(tess.is_unlocked().await, "the owner's window is the owner's");
}

async fn a_hundred_requests_with_a_copied_cookie_get_nothing_of_the_window(world: World) {
    let mut tess = world.browser("tess").await;
    let phone = tess.enrol(&world).await.phone;
    tess.post("/session/lock", json!({})).await.expect(204);
    let before = thief(&world, &tess);
    let code = phone.next_code(&world);
    let tries = join_all((0..100).map(|_| before.post("/apps/shop/environments/production/restart", json!({}))));
    let (answers, verified) = join!(tries, tess.verify(&code));
    verified.expect(200);
    for answer in answers {
        assert_eq!(answer.status, 401, "{}", String::from_utf8_lossy(&answer.bytes));
    }
}

async fn new_recovery_codes_are_not_made_after_the_end(world: World) {
    let mut tess = world.browser("tess").await;
    let enrolled = tess.enrol(&world).await;
    for path in ["/account/recovery-codes", "/account/recovery-codes/view"] {
        let copy = thief(&world, &tess);
        let form = json!({ "password": PASSWORD, "code": enrolled.recovery_codes[0] });
        let sign_out = async { drop(tess.delete("/session").await.expect(204)) };
        held(&copy, path, &form, sign_out).await.problem(401, "not_signed_in");
        tess = world.browser("tess").await;
    }
    let form = json!({ "password": PASSWORD, "code": enrolled.recovery_codes[0] });
    let seen = tess.post("/account/recovery-codes/view", form).await.expect(200).json();
    assert_eq!(
        seen["recovery_codes"][1]["code"], enrolled.recovery_codes[1],
        "they are the same, and the code was not spent before"
    );
}

async fn nobody_listens_everywhere(world: World) {
    let (ines, dana) = (world.browser("ines").await, world.browser("dana").await);
    let mut streams = Vec::new();
    for _ in 0..32 {
        streams.push(ines.open("/apps/shop/events").await);
    }
    assert!(streams.iter().all(|stream| stream.status() == 200));
    assert_eq!(ines.open("/apps/shop/events").await.status(), 429);
    assert_eq!(dana.open("/apps/shop/events").await.status(), 200);
    streams.pop();
    assert_eq!(ines.open("/apps/shop/events").await.status(), 200, "a place is free again");
}
