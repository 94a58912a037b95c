//! Concurrent sign-ins, deployments and uploads.

use futures::future::join_all;
use serde_json::json;

use crate::client::{assert_statuses, count};
use crate::for_each_backend;
use crate::packages::{package, upload};
use crate::test_api::{TestApi, wait_until};

for_each_backend!(
    concurrent_correct_passwords_all_succeed_and_fifty_sessions_stay,
    concurrent_guesses_at_one_login_are_limited_to_ten,
    concurrent_guesses_from_one_address_are_limited_to_thirty,
    one_of_a_hundred_concurrent_deployments_begins,
    one_of_a_hundred_concurrent_stops_succeeds,
    concurrent_operations_leave_the_stored_and_the_actual_status_equal,
    an_account_can_upload_three_packages_at_once
);

async fn one_of_a_hundred_concurrent_deployments_begins(api: TestApi) {
    let dana = api.browser("dana").await;
    let id = dana.package("shop", "1.1.0").await;
    let seen = dana.card("shop", "test").await["package"]["id"].clone();
    let ask = || dana.deploy("shop", "test", json!({ "package_id": id, "replaces": seen }));
    let responses = join_all((0..100).map(|_| ask())).await;
    assert_eq!(count(&responses, 202), 1);
    assert_statuses(&responses, &[202, 409]);
    let begun = responses.iter().find(|response| response.status == 202).unwrap().json();
    let ended = dana.wait_for_deployment("shop", "test", &begun["id"]).await;
    assert_eq!(ended["state"], "done");
    assert_eq!(dana.card("shop", "test").await["version"], "1.1.0");
}

async fn one_of_a_hundred_concurrent_stops_succeeds(api: TestApi) {
    let dana = api.browser("dana").await;
    let stop = || dana.operate("test", "stop");
    let responses = join_all((0..100).map(|_| stop())).await;
    assert_eq!(count(&responses, 200), 1);
    assert_statuses(&responses, &[200, 409]);
}

async fn concurrent_operations_leave_the_stored_and_the_actual_status_equal(api: TestApi) {
    let dana = api.browser("dana").await;
    let ids = [dana.package("shop", "1.1.0").await, dana.package("shop", "1.2.0").await];
    let operate = async |operation: &str| dana.operate("test", operation).await;
    let mut tx = api.ports.store.read().await.unwrap();
    let shop = tx.app("shop").await.unwrap().unwrap().id;
    let test = tx.environments(shop).await.unwrap()[0].id;
    drop(tx);
    let is_served = async || api.ports.runtime.serving(&[test]).await.contains(&test);
    for round in 0..100 {
        let deploy = async || match round % 4 {
            0 => Some(dana.deploy("shop", "test", json!({ "package_id": ids[round / 4 % 2] })).await),
            _ => None,
        };
        let (_, _, _, deployed) = futures::join!(operate("restart"), operate("start"), operate("stop"), deploy());
        if let Some(deployed) = deployed.filter(|response| response.status == 202) {
            dana.wait_for_deployment("shop", "test", &deployed.json()["id"]).await;
        }
        let agree = async || (dana.card("shop", "test").await["status"] == "running") == is_served().await;
        // A deployment is done shortly before its version is served.
        wait_until(agree).await;
    }
}

async fn an_account_can_upload_three_packages_at_once(api: TestApi) {
    let dana = api.browser("dana").await;
    let slow = || {
        let bytes = package("2.0.0");
        let parts: Vec<_> = bytes.chunks(64).map(bytes::Bytes::copy_from_slice).collect();
        let paced = futures::stream::unfold(parts.into_iter(), |mut parts| async {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            parts.next().map(|part| (Ok::<_, std::io::Error>(part), parts))
        });
        upload(&dana, axum::body::Body::from_stream(paced))
    };
    let responses = join_all((0..5).map(|_| slow())).await;
    assert_eq!(count(&responses, 201), 3);
    assert_eq!(count(&responses, 429), 2);
    upload(&dana, package("2.0.1")).await.expect(201);
}

async fn concurrent_correct_passwords_all_succeed_and_fifty_sessions_stay(api: TestApi) {
    join_all((0..100).map(|_| api.browser("tess"))).await;
    let sessions = api.browser("tess").await.get("/sessions").await.expect(200).json();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 50);
}

async fn concurrent_guesses_at_one_login_are_limited_to_ten(api: TestApi) {
    let anonymous = api.anonymous();
    let form = json!({ "login": "tess@padlock.example", "password": "a guess at random" });
    let responses = join_all((0..100).map(|_| anonymous.post("/sign-in", form.clone()))).await;
    let verified = count(&responses, 401);
    assert!((5..=10).contains(&verified), "{verified} were verified");
    assert_statuses(&responses, &[401, 429]);
    // The owner can sign in from another address.
    let mut owner = api.anonymous();
    owner.address = std::net::IpAddr::from([192, 0, 2, 7]);
    owner.sign_in("tess").await;
}

async fn concurrent_guesses_from_one_address_are_limited_to_thirty(api: TestApi) {
    let owner = api.browser("tess").await;
    let anonymous = api.anonymous();
    let guess = |n: usize| {
        let login = if n == 0 { "omar@padlock.example".to_owned() } else { format!("nobody{n}@padlock.example") };
        anonymous.post("/sign-in", json!({ "login": login, "password": "a guess at random" }))
    };
    let responses = join_all((0..100).map(guess)).await;
    assert_eq!(count(&responses, 401), 30, "the limit of one address");
    assert_statuses(&responses, &[401, 429]);
    // An account that signed in from there before is not throttled, and neither is another address.
    owner.clone().sign_in("tess").await;
    let mut other_address = api.anonymous();
    other_address.address = std::net::IpAddr::from([192, 0, 2, 7]);
    other_address.sign_in("omar").await;
}
