//! A hundred at once.

use futures::future::join_all;
use serde_json::json;

use crate::over_both;
use crate::packages::{package, upload};
use crate::world::World;

over_both!(
    a_hundred_right_passwords,
    ten_guesses_of_a_hundred,
    thirty_guesses_of_a_hundred_at_as_many_logins,
    one_deployment_of_a_hundred,
    one_stop_of_a_hundred,
    what_runs_is_what_the_books_say,
    three_uploads_at_once
);

async fn one_deployment_of_a_hundred(world: World) {
    let dana = world.browser("dana").await;
    let id = dana.package("shop", "1.1.0").await;
    let seen = dana.card("shop", "test").await["package"]["id"].clone();
    let ask = || dana.deploy("shop", "test", json!({ "package_id": id, "replaces": seen }));
    let answers = join_all((0..100).map(|_| ask())).await;
    let begun: Vec<_> = answers.iter().filter(|a| a.status == 202).collect();
    assert_eq!(begun.len(), 1);
    assert!(answers.iter().all(|a| a.status == 202 || a.status == 409));
    let ended = dana.ended("shop", "test", &begun[0].json()["id"]).await;
    assert_eq!(ended["state"], "done");
    assert_eq!(dana.card("shop", "test").await["version"], "1.1.0");
}

async fn one_stop_of_a_hundred(world: World) {
    let dana = world.browser("dana").await;
    let stop = || dana.post("/apps/shop/environments/test/stop", json!({}));
    let answers = join_all((0..100).map(|_| stop())).await;
    assert_eq!(answers.iter().filter(|a| a.status == 200).count(), 1);
    assert!(answers.iter().all(|a| a.status == 200 || a.status == 409));
}

/// Somebody starts, somebody stops, a third deploys, all at once: whatever the books come to, that is served.
async fn what_runs_is_what_the_books_say(world: World) {
    let dana = world.browser("dana").await;
    let ids = [dana.package("shop", "1.1.0").await, dana.package("shop", "1.2.0").await];
    let act = async |act: &str| dana.post(&format!("/apps/shop/environments/test/{act}"), json!({})).await;
    let mut tx = world.ports.store.read().await.unwrap();
    let shop = tx.app("shop").await.unwrap().unwrap().id;
    let test = tx.environments(shop).await.unwrap()[0].id;
    drop(tx);
    for round in 0..100 {
        let deploy = async || match round % 4 {
            0 => Some(dana.deploy("shop", "test", json!({ "package_id": ids[round / 4 % 2] })).await),
            _ => None,
        };
        let (_, _, _, deployed) = futures::join!(act("restart"), act("start"), act("stop"), deploy());
        if let Some(deployed) = deployed.filter(|answer| answer.status == 202) {
            dana.ended("shop", "test", &deployed.json()["id"]).await;
        }
        let agree =
            async || (dana.card("shop", "test").await["status"] == "running") == world.ports.runtime.is_serving(test);
        // A deployment is told to be done a moment before its version is served.
        for _ in 0..200 {
            if agree().await {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert!(agree().await, "round {round}: {}", dana.card("shop", "test").await);
    }
}

async fn three_uploads_at_once(world: World) {
    let dana = world.browser("dana").await;
    let slow = || {
        let bytes = package("2.0.0");
        let parts: Vec<_> = bytes.chunks(64).map(bytes::Bytes::copy_from_slice).collect();
        let paced = futures::stream::unfold(parts.into_iter(), |mut parts| async {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            parts.next().map(|part| (Ok::<_, std::io::Error>(part), parts))
        });
        upload(&dana, axum::body::Body::from_stream(paced))
    };
    let answers = join_all((0..5).map(|_| slow())).await;
    assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 3);
    assert_eq!(answers.iter().filter(|a| a.status == 429).count(), 2);
    upload(&dana, package("2.0.1")).await.expect(201);
}

async fn a_hundred_right_passwords(world: World) {
    // Right passwords are never counted, however many come side by side.
    let clients = join_all((0..100).map(|_| world.browser("tess"))).await;
    assert_eq!(clients[0].get("/sessions").await.json()["items"].as_array().unwrap().len(), 100);
}

async fn ten_guesses_of_a_hundred(world: World) {
    let stranger = world.stranger();
    let form = json!({ "login": "tess@padlock.example", "password": "a guess at random" });
    let answers = join_all((0..100).map(|_| stranger.post("/sign-in", form.clone()))).await;
    let looked_at = answers.iter().filter(|a| a.status == 401).count();
    assert!((5..=10).contains(&looked_at), "{looked_at} were looked at");
    assert!(answers.iter().all(|a| a.status == 401 || a.status == 429));
    // From elsewhere the owner gets in at once.
    let mut owner = world.stranger();
    owner.address = std::net::IpAddr::from([192, 0, 2, 7]);
    owner.sign_in("tess").await;
}

async fn thirty_guesses_of_a_hundred_at_as_many_logins(world: World) {
    let owner = world.browser("tess").await;
    let stranger = world.stranger();
    let guess = |n: usize| {
        let login = if n == 0 { "omar@padlock.example".to_owned() } else { format!("nobody{n}@padlock.example") };
        stranger.post("/sign-in", json!({ "login": login, "password": "a guess at random" }))
    };
    let answers = join_all((0..100).map(guess)).await;
    assert_eq!(answers.iter().filter(|a| a.status == 401).count(), 30, "the stock of one address");
    assert!(answers.iter().all(|a| a.status == 401 || a.status == 429));
    // Whoever signed in from there before still gets in, and everybody does from elsewhere.
    owner.clone().sign_in("tess").await;
    let mut elsewhere = world.stranger();
    elsewhere.address = std::net::IpAddr::from([192, 0, 2, 7]);
    elsewhere.sign_in("omar").await;
}
