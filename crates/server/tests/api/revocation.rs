//! What is withdrawn while a request is under way: nothing is done after the answer that it was.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::{StreamExt, join, stream};
use http::StatusCode;
use http_body_util::BodyExt;
use padlock_domain::SignedDuration;
use padlock_domain::activity::Event;
use padlock_domain::session::{BEARER_LIFETIME, COOKIE_IDLE_TIMEOUT};
use serde_json::{Value, json};
use sqlx::AnyPool;

use crate::client::{Client, Response};
use crate::for_each_backend;
use crate::packages::{package, package_with_noise, upload};
use crate::test_api::TestApi;

for_each_backend!(
    a_session_that_expires_in_the_middle_of_a_request_does_nothing,
    nothing_is_done_for_a_session_after_it_was_signed_out,
    nothing_is_done_for_an_account_after_it_was_disabled,
    an_export_ends_with_its_session,
    a_download_ends_with_its_session,
);

/// How often each race is run.
const RACES: u64 = 100;

/// Sends a body in two parts, and `meanwhile` in between.
async fn post_in_parts(
    client: &Client,
    path: &str,
    media_type: &str,
    body: Vec<u8>,
    meanwhile: impl FnOnce() + Send + 'static,
) -> Response {
    let (first, second) = body.split_at(body.len() / 2);
    let parts = [Bytes::copy_from_slice(first), Bytes::copy_from_slice(second)];
    let mut meanwhile = Some(meanwhile);
    let parts = parts.into_iter().enumerate().map(move |(index, part)| {
        if index == 1
            && let Some(meanwhile) = meanwhile.take()
        {
            meanwhile();
        }
        Ok::<_, std::io::Error>(part)
    });
    client.post_raw(path, media_type, Body::from_stream(stream::iter(parts))).await
}

async fn a_session_that_expires_in_the_middle_of_a_request_does_nothing(api: TestApi) {
    for (bearer, lifetime) in [(false, COOKIE_IDLE_TIMEOUT), (true, BEARER_LIFETIME)] {
        for path in ["/apps/shop/packages?file_name=shop-2.0.0.mda", "/apps/shop/environments/test/deployments"] {
            let tess = if bearer { api.script("tess").await } else { api.browser("tess").await };
            let before = state(&api).await;
            let (media_type, body) = if path.contains("packages") {
                ("application/octet-stream", package("2.0.0"))
            } else {
                let form = json!({ "package_id": tess.package("shop", "1.0.0").await });
                ("application/json", form.to_string().into_bytes())
            };
            let clock = api.clock.clone();
            let expire = move || clock.advance(lifetime);
            let response = post_in_parts(&tess, path, media_type, body, expire).await;
            response.problem(401, "not_signed_in");
            assert_eq!(state(&api).await, before, "{path} bearer={bearer}");
        }
    }
    if let Some(uploads) = api.count_files("uploads") {
        assert_eq!(uploads, 0, "nothing is left of the uploads");
    }
}

/// Returns the packages of the app "shop" and what runs on its first environment.
async fn state(api: &TestApi) -> (usize, Value) {
    let dana = api.browser("dana").await;
    let packages = dana.get("/apps/shop/packages").await.expect(200).json();
    (packages["items"].as_array().unwrap().len(), dana.card("shop", "test").await["package"].clone())
}

async fn count_packages(api: &TestApi) -> usize {
    let mut tx = api.ports.store.read().await.unwrap();
    let app = tx.app("shop").await.unwrap().unwrap();
    tx.packages(app.id, None, 1_000).await.unwrap().len()
}

/// Uploads while `withdraw` is under way. Nothing may be added after its answer. Returns whether the upload came first.
async fn race(api: &TestApi, client: &Client, round: u64, withdraw: impl Future<Output = ()>) -> bool {
    let before = count_packages(api).await;
    let withdrawn = async {
        // In memory an upload takes some polls, elsewhere milliseconds.
        if round.is_multiple_of(2) {
            tokio::time::sleep(Duration::from_micros(round * 150)).await;
        } else {
            for _ in 0..round / 2 {
                tokio::task::yield_now().await;
            }
        }
        withdraw.await;
        count_packages(api).await
    };
    let (response, at_the_answer) = join!(upload(client, in_small_parts(&package("2.0.0"))), withdrawn);
    let after = count_packages(api).await;
    assert_eq!(after, at_the_answer, "round {round}: a package was added after the answer");
    let added = after - before;
    if response.status == StatusCode::CREATED {
        assert_eq!(added, 1, "round {round}");
    } else {
        assert!([401, 403, 404].contains(&response.status.as_u16()), "round {round}: {response:?}");
        assert_eq!(added, 0, "round {round}");
    }
    added == 1
}

/// How the races went.
#[derive(Debug, Default)]
struct Outcomes {
    upload_first: u64,
    withdrawal_first: u64,
}

impl Outcomes {
    fn add(&mut self, upload_came_first: bool) {
        if upload_came_first {
            self.upload_first += 1;
        } else {
            self.withdrawal_first += 1;
        }
    }

    fn assert_both_ways(&self) {
        assert!(self.upload_first > 0 && self.withdrawal_first > 0, "the race went one way only: {self:?}");
    }
}

/// Returns a body that lets others run between its parts.
fn in_small_parts(bytes: &[u8]) -> Body {
    let parts: Vec<_> = bytes.chunks(bytes.len() / 20).map(Bytes::copy_from_slice).collect();
    Body::from_stream(stream::iter(parts).then(|part| async {
        tokio::task::yield_now().await;
        Ok::<_, std::io::Error>(part)
    }))
}

async fn nothing_is_done_for_a_session_after_it_was_signed_out(api: TestApi) {
    let mut outcomes = Outcomes::default();
    for round in 0..RACES {
        let dana = api.browser("dana").await;
        let other = dana.clone();
        outcomes.add(race(&api, &dana, round, async { drop(other.delete("/session").await.expect(204)) }).await);
        make_room_for_uploads(&api, round);
    }
    outcomes.assert_both_ways();
}

async fn nothing_is_done_for_an_account_after_it_was_disabled(api: TestApi) {
    let login = "dana@padlock.example".parse().unwrap();
    let mut outcomes = Outcomes::default();
    for round in 0..RACES {
        let dana = api.browser("dana").await;
        let disable = async { drop(api.operator().set_disabled(&login, true).await.unwrap()) };
        outcomes.add(race(&api, &dana, round, disable).await);
        api.operator().set_disabled(&login, false).await.unwrap();
        make_room_for_uploads(&api, round);
    }
    outcomes.assert_both_ways();
}

/// Reads the first part of a response, signs out, and asserts that the response is cut off.
async fn assert_cut_off_by_sign_out(api: &TestApi, client: &Client, path: &str) {
    let whole = client.get(path).await.expect(200).bytes.len();
    let mut body = client.open_stream(path).await.into_body();
    let mut received = body.frame().await.unwrap().unwrap().into_data().unwrap().len();
    client.delete("/session").await.expect(204);
    api.clock.advance(SignedDuration::from_secs(5));
    let error = loop {
        match body.frame().await {
            Some(Ok(frame)) => received += frame.into_data().unwrap().len(),
            Some(Err(error)) => break Some(error),
            None => break None,
        }
    };
    assert!(error.is_some() && received < whole, "{path}: {received} of {whole} bytes");
}

async fn an_export_ends_with_its_session(api: TestApi) {
    let (tess, _) = api.browser_with_authenticator("tess").await;
    let (clock, entropy) = (api.ports.clock.as_ref(), api.ports.entropy.as_ref());
    // More than one transaction reads.
    let added = api.ports.store.write(clock, entropy, |mut tx| async move {
        let app = tx.app("shop").await?.unwrap().id;
        for _ in 0..300 {
            tx.record_activity(app, None, None, Event::Stopped).await?;
        }
        tx.commit(()).await
    });
    added.await.unwrap().into_value();
    assert_cut_off_by_sign_out(&api, &tess, "/apps/shop/activity?format=csv").await;
}

async fn a_download_ends_with_its_session(api: TestApi) {
    let dana = api.browser("dana").await;
    let uploaded = upload(&dana, package_with_noise("2.0.0", 4 * 1024 * 1024)).await.expect(201).json();
    let path = format!("/apps/shop/packages/{}/content", uploaded["id"].as_str().unwrap());
    assert_cut_off_by_sign_out(&api, &dana, &path).await;
}

/// Uploads are limited to so many within an hour.
fn make_room_for_uploads(api: &TestApi, round: u64) {
    if round % 100 == 99 {
        api.clock.advance(SignedDuration::from_hours(1));
    }
}

/// Writes as another process would: members are deactivated on the page of the team.
async fn set_deactivated(pool: &AnyPool, is_postgres: bool, deactivated: i64) {
    loop {
        let mut tx = pool.begin().await.unwrap();
        if is_postgres {
            sqlx::query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").execute(&mut *tx).await.unwrap();
        }
        let update = sqlx::query(
            "UPDATE memberships SET deactivated = $1
             WHERE account = (SELECT id FROM accounts WHERE login = 'dana@padlock.example')",
        );
        if update.bind(deactivated).execute(&mut *tx).await.is_ok() && tx.commit().await.is_ok() {
            return;
        }
    }
}

async fn nothing_is_done_for_a_member_after_they_were_deactivated(api: TestApi) {
    sqlx::any::install_default_drivers();
    let url = api.database.as_ref().unwrap();
    let (pool, is_postgres) = (AnyPool::connect(url).await.unwrap(), url.starts_with("postgres"));
    let dana = api.browser("dana").await;
    let mut outcomes = Outcomes::default();
    for round in 0..RACES {
        outcomes.add(race(&api, &dana, round, set_deactivated(&pool, is_postgres, 1)).await);
        set_deactivated(&pool, is_postgres, 0).await;
        make_room_for_uploads(&api, round);
    }
    outcomes.assert_both_ways();
}

#[tokio::test]
async fn nothing_is_done_for_a_member_after_they_were_deactivated_on_disk() {
    nothing_is_done_for_a_member_after_they_were_deactivated(TestApi::on_disk().await).await;
}

#[tokio::test]
async fn nothing_is_done_for_a_member_after_they_were_deactivated_on_postgres() {
    nothing_is_done_for_a_member_after_they_were_deactivated(TestApi::on_postgres().await).await;
}
