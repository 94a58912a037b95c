//! What one account may create: sessions, uploads, entries, and what lists return.

use axum::body::Body;
use http::Method;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::client::Client;
use crate::for_each_backend;
use crate::packages::{package, package_with, upload};
use crate::test_api::TestApi;

for_each_backend!(
    the_oldest_session_ends_when_there_are_more_than_fifty,
    the_oldest_sign_in_ends_when_more_than_fifty_wait_for_a_code,
    a_list_of_packages_is_small_whatever_their_manifests,
    repeated_downloads_are_one_entry,
    uploads_within_an_hour_are_limited,
    entries_of_accounts_are_deleted_after_400_days,
);

async fn the_oldest_session_ends_when_there_are_more_than_fifty(api: TestApi) {
    let first = api.browser("ines").await;
    let (second, script, other) = (api.browser("ines").await, api.script("ines").await, api.browser("dana").await);
    let mut last = first.clone();
    for _ in 0..48 {
        last = api.browser("ines").await;
    }
    first.get("/session").await.problem(401, "not_signed_in");
    for client in [&second, &script, &last, &other] {
        client.get("/session").await.expect(200);
    }
    let list = second.get("/sessions").await.expect(200);
    assert_eq!(list.json()["items"].as_array().unwrap().len(), 50);
    assert!(list.bytes.len() < 20_000, "{}", list.bytes.len());
    // Even with a clock that was moved back the session that was just created is not the one to end.
    api.clock.advance(SignedDuration::from_hours(-24));
    api.browser("ines").await.get("/session").await.expect(200);
}

async fn the_oldest_sign_in_ends_when_more_than_fifty_wait_for_a_code(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let pending = tess.begin_enrolment().await.expect(201).json();
    let authenticator = Authenticator::scan(&pending);
    let confirmation =
        json!({ "enrolment_id": pending["enrolment_id"], "code": authenticator.code(&api), "sign_in": true });
    let confirmed = tess.post("/account/second-factor/confirm", confirmation).await.expect(200);
    tess.update_secret(&confirmed);
    api.clock.advance(SignedDuration::from_secs(60));
    let mut waiting = Vec::new();
    for _ in 0..51 {
        let mut client = api.anonymous();
        client.sign_in("tess").await;
        waiting.push(client);
    }
    let code = authenticator.code(&api);
    waiting[0].verify(&code).await.problem(401, "not_signed_in");
    waiting[1].verify(&code).await.expect(200);
}

async fn a_list_of_packages_is_small_whatever_their_manifests(api: TestApi) {
    let dana = api.browser("dana").await;
    let text = "x".repeat(3_000);
    for n in 0..20 {
        let constants: Vec<_> = (0..15)
            .map(|i| json!({ "Name": format!("Shop.Constant{i}"), "Description": text, "Type": "String" }))
            .collect();
        let manifest = json!({
            "RuntimeVersion": "10.6.8", "ModelVersion": format!("9.0.{n}"), "Description": text, "Constants": constants,
        });
        upload(&dana, package_with(&manifest)).await.expect(201);
    }
    let list = dana.get("/apps/shop/packages?limit=200").await.expect(200);
    assert!(list.bytes.len() < 40_000, "{}", list.bytes.len());
    let first = list.json()["items"][0].clone();
    assert_eq!(first["description"].as_str().unwrap().len(), 500);
    assert!(first.get("constants").is_none() && first.get("scheduled_events").is_none(), "{first}");
    let whole = dana.get(&format!("/apps/shop/packages/{}", first["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(whole["constants"].as_array().unwrap().len(), 15);
    assert_eq!((&whole["description"], &whole["version"]), (&json!(text), &first["version"]));
}

async fn downloads(client: &Client) -> Vec<Value> {
    let page = client.get("/apps/shop/activity?type=package_downloaded").await.expect(200).json();
    page["items"].as_array().unwrap().iter().map(|entry| entry["text"].clone()).collect()
}

async fn repeated_downloads_are_one_entry(api: TestApi) {
    let (dana, omar) = (api.browser("dana").await, api.browser("omar").await);
    let before = downloads(&dana).await.len();
    let first = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    // Another package with the same version and file name.
    let second = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let content = |id: &str| format!("/apps/shop/packages/{id}/content");
    for _ in 0..5 {
        dana.get(&content(&first)).await.expect(200);
        dana.get(&content(&second)).await.expect(200);
    }
    omar.get(&content(&first)).await.expect(200);
    dana.send(Method::HEAD, &content(&first), None, Body::empty()).await.expect(200);
    let texts = downloads(&dana).await;
    assert_eq!(texts.len(), before + 3, "{texts:?}");
    let five_times = "downloaded 2.0.0 (shop-2.0.0.mda) 5 times";
    assert_eq!(texts[..3], ["downloaded 2.0.0 (shop-2.0.0.mda)", five_times, five_times]);
    api.clock.advance(SignedDuration::from_mins(10));
    dana.get(&content(&first)).await.expect(200);
    assert_eq!(downloads(&dana).await.len(), before + 4, "ten minutes later");
}

async fn uploads_within_an_hour_are_limited(api: TestApi) {
    let api = api.restarted(|config| config.uploads_per_hour = 2);
    let (dana, omar) = (api.browser("dana").await, api.browser("omar").await);
    upload(&dana, package("2.0.0")).await.expect(201);
    upload(&dana, "no package").await.problem(422, "invalid_package");
    let problem = upload(&dana, package("2.0.1")).await.problem(429, "too_many_requests");
    let wait = problem["retry_after"].as_i64().unwrap();
    assert!((3_500..=3_600).contains(&wait), "{problem}");
    upload(&omar, package("2.0.2")).await.expect(201);
    api.clock.advance(SignedDuration::from_secs(wait));
    upload(&dana, package("2.0.3")).await.expect(201);
}

async fn entries_of_accounts_are_deleted_after_400_days(api: TestApi) {
    let mut tess = api.browser("tess").await;
    tess.enrol(&api).await;
    let notices = async || api.browser("tess").await.get("/account").await.expect(200).json()["notices"].clone();
    api.clock.advance(SignedDuration::from_hours(399 * 24));
    api.cleanup().await.unwrap();
    assert_eq!(notices().await.as_array().unwrap().len(), 1);
    api.clock.advance(SignedDuration::from_hours(24));
    api.cleanup().await.unwrap();
    assert_eq!(notices().await, json!([]));
}
