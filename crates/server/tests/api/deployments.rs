//! Deploying, transporting, starting and stopping.

use padlock_api::ports::ActivityFilter;
use padlock_domain::activity::Event;
use serde_json::{Value, json};

use crate::client::Client;
use crate::over_both;
use crate::packages::{package, upload};
use crate::world::World;

over_both!(
    from_upload_to_acceptance,
    what_test_does_not_run,
    what_moved,
    stopped_and_started,
    without_starting,
    a_spoilt_file_deploys_nothing,
    interrupted_by_a_crash,
    ids_that_do_not_exist,
);

/// Deploys and insists that it went well.
async fn deployed(client: &Client, environment: &str, body: Value) -> Value {
    let answer = client.deploy("shop", environment, body).await.expect(202);
    let ended = client.ended("shop", environment, &answer.json()["id"]).await;
    assert_eq!(ended["state"], "done", "{ended}");
    ended
}

async fn events(world: &World) -> Vec<Event> {
    let mut tx = world.ports.store.read().await.unwrap();
    let app = tx.app("shop").await.unwrap().unwrap();
    tx.activity(app.id, &ActivityFilter::default(), None, 5)
        .await
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| entry.event)
        .collect()
}

async fn from_upload_to_acceptance(world: World) {
    let dana = world.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].clone();
    let seen = dana.card("shop", "test").await["package"]["id"].clone();
    let answer = dana.deploy("shop", "test", json!({ "package_id": id, "replaces": seen })).await.expect(202);
    let begun = answer.json();
    assert_eq!(begun["package"]["version"], "2.0.0");
    assert_eq!(begun["replaces"]["version"], "1.2.0");
    let place = answer.headers["location"].to_str().unwrap().to_owned();
    assert!(place.ends_with(begun["id"].as_str().unwrap()));
    let ended = dana.ended("shop", "test", &begun["id"]).await;
    let stages: Vec<_> = ended["stages"].as_array().unwrap().iter().map(|s| (&s["name"], &s["state"])).collect();
    let done = json!("done");
    let names = [json!("verify"), json!("unpack"), json!("start"), json!("replace")];
    assert_eq!(stages, names.iter().map(|name| (name, &done)).collect::<Vec<_>>());

    let card = dana.card("shop", "test").await;
    assert_eq!(
        (&card["version"], &card["status"], &card["health"]),
        (&json!("2.0.0"), &json!("running"), &json!("ok"))
    );
    let ended = deployed(&dana, "acceptance", json!({ "package_id": id, "from": "test" })).await;
    assert_eq!(ended["from"], "test");
    assert_eq!(dana.card("shop", "acceptance").await["version"], "2.0.0");
    let list = dana.get("/apps/shop/packages").await.json();
    assert_eq!(list["items"][0]["runs_on"], json!(["test", "acceptance"]));
    assert_eq!(
        events(&world).await[..2],
        [
            Event::Transported { version: "2.0.0".into(), replaced: Some("1.2.0".into()) },
            Event::Deployed { version: "2.0.0".into(), replaced: Some("1.2.0".into()) },
        ]
    );
    // Of the releases before them nothing is left, once the job has tidied up behind itself.
    for _ in 0..200 {
        if world.files_in("releases").is_none_or(|n| n == 3 + 2 + 3) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{:?} releases lie there", world.files_in("releases"));
}

async fn what_test_does_not_run(world: World) {
    let dana = world.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].clone();
    let problem = dana.deploy("shop", "acceptance", json!({ "package_id": id })).await.problem(409, "not_promoted");
    let words = "2.0.0 has not run on Test yet. Deploy it there first, then transport it to Acceptance.";
    assert_eq!(problem["detail"], words);
    let body = json!({ "package_id": id, "from": "test" });
    let problem = dana.deploy("shop", "acceptance", body).await.problem(409, "moved");
    assert_eq!(problem["now"]["version"], "1.2.0");
    let body = json!({ "package_id": id, "from": "acceptance" });
    dana.deploy("shop", "test", body).await.problem(422, "invalid_fields");
    let body = json!({ "package_id": id, "from": "nowhere" });
    dana.deploy("shop", "acceptance", body).await.problem(422, "invalid_fields");
    assert_eq!(dana.card("shop", "acceptance").await["version"], "1.2.0");
    // What has run on Test once may be deployed onwards from the repository, too.
    let old = dana.package("shop", "1.1.0").await;
    deployed(&dana, "acceptance", json!({ "package_id": old })).await;
}

async fn what_moved(world: World) {
    let dana = world.browser("dana").await;
    let (old, new) = (dana.package("shop", "1.1.0").await, dana.package("shop", "1.2.0").await);
    deployed(&dana, "test", json!({ "package_id": old, "replaces": new })).await;
    let problem =
        dana.deploy("shop", "test", json!({ "package_id": new, "replaces": new })).await.problem(409, "moved");
    assert_eq!(problem["detail"], "Test holds 1.1.0 by now. Look again before going on.");
    assert_eq!(problem["now"]["id"], json!(old));
    dana.deploy("shop", "test", json!({ "package_id": new, "replaces": null })).await.problem(409, "moved");
    dana.deploy("shop", "test", json!({ "package_id": new, "replaces": "x" })).await.problem(422, "invalid_fields");
    // The source may move, too.
    let body = json!({ "package_id": new, "from": "test" });
    let problem = dana.deploy("shop", "acceptance", body).await.problem(409, "moved");
    assert_eq!(problem["detail"], "Test holds 1.1.0 by now. Look again before going on.");
}

async fn stopped_and_started(world: World) {
    let dana = world.browser("dana").await;
    let act = async |act: &str| dana.post(&format!("/apps/shop/environments/test/{act}"), json!({})).await;
    let problem = act("start").await.problem(409, "wrong_state");
    assert_eq!(problem["reasons"][0]["code"], "already_running");
    let card = act("stop").await.expect(200).json();
    assert_eq!((&card["status"], &card["health"]), (&json!("stopped"), &json!("off")));
    assert_eq!(act("stop").await.problem(409, "wrong_state")["reasons"][0]["code"], "not_running");
    assert_eq!(act("restart").await.problem(409, "wrong_state")["reasons"][0]["code"], "not_running");
    assert_eq!(act("start").await.expect(200).json()["health"], "ok");
    assert_eq!(act("restart").await.expect(200).json()["status"], "running");
    assert_eq!(events(&world).await[..3], [Event::Restarted, Event::Started, Event::Stopped]);
    // Nothing to stop where nothing lies.
    let tess = world.browser("tess").await;
    let problem = tess.post("/apps/crm/environments/production/start", json!({})).await.problem(409, "wrong_state");
    assert_eq!(problem["reasons"][0]["code"], "empty");
}

async fn without_starting(world: World) {
    let dana = world.browser("dana").await;
    let old = dana.package("shop", "1.1.0").await;
    let ended = deployed(&dana, "test", json!({ "package_id": old, "start": false })).await;
    assert_eq!(ended["stages"].as_array().unwrap().len(), 3);
    let card = dana.card("shop", "test").await;
    assert_eq!(
        (&card["status"], &card["version"], &card["health"]),
        (&json!("stopped"), &json!("1.1.0"), &json!("off"))
    );
}

async fn a_spoilt_file_deploys_nothing(world: World) {
    let dana = world.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let Some(data) = &world.data else { return spoilt_in_memory().await };
    let folder = data.path().join("packages");
    let file = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path());
    let file = file.filter(|f| f.to_string_lossy().contains(&id)).last().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    spoilt(&dana, &id).await;
}

async fn spoilt(dana: &Client, id: &str) {
    let begun = dana.deploy("shop", "test", json!({ "package_id": id })).await.expect(202).json();
    let ended = dana.ended("shop", "test", &begun["id"]).await;
    assert_eq!(ended["state"], "failed");
    assert_eq!(ended["reason"]["code"], "hash_mismatch");
    assert_eq!(
        ended["reason"]["message"],
        "The deployment failed while checking the package: the file is not what was uploaded. \
         1.2.0 is still running. Nothing was lost."
    );
    let card = dana.card("shop", "test").await;
    assert_eq!((&card["version"], &card["health"]), (&json!("1.2.0"), &json!("ok")));
    let good = dana.package("shop", "1.1.0").await;
    deployed(dana, "test", json!({ "package_id": good })).await;
}

async fn spoilt_in_memory() {
    let blobs = padlock_api::memory::MemoryBlobs::default();
    let world = World::in_memory_with(blobs.clone()).await;
    let dana = world.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    blobs.corrupt(id.parse().unwrap());
    spoilt(&dana, &id).await;
}

async fn interrupted_by_a_crash(world: World) {
    let dana = world.browser("dana").await;
    // A job in the books whose worker is gone: what a kill leaves behind.
    let mut tx = world.ports.store.write().await.unwrap();
    let app = tx.app("shop").await.unwrap().unwrap();
    let environment = tx.environments(app.id).await.unwrap().remove(0);
    let mut deployment = tx.latest_deployment(environment.id).await.unwrap().unwrap();
    deployment.id = padlock_domain::ids::DeploymentId::new(world.ports.now(), [3; 10]);
    deployment.end = None;
    deployment.stages.truncate(2);
    let was = environment.revision;
    let busy = environment.begin_job(deployment.id).unwrap();
    tx.add_deployment(&deployment).await.unwrap();
    let _ = tx.save_environment(&busy, was).await.unwrap();
    tx.commit().await.unwrap();
    let package = dana.package("shop", "1.1.0").await;
    let body = json!({ "package_id": package });
    let problem = dana.deploy("shop", "test", body.clone()).await.problem(409, "wrong_state");
    assert_eq!(problem["reasons"][0]["code"], "busy");

    world.api.recover().await.unwrap();
    let card = dana.card("shop", "test").await;
    assert_eq!(card["deployment"]["state"], "failed");
    assert_eq!(card["deployment"]["reason"]["code"], "interrupted");
    assert_eq!((&card["version"], &card["health"]), (&json!("1.2.0"), &json!("ok")));
    deployed(&dana, "test", body).await;
}

async fn ids_that_do_not_exist(world: World) {
    let dana = world.browser("dana").await;
    for id in ["", "x", "../..", "00000000-0000-0000-0000-000000000000"] {
        dana.deploy("shop", "test", json!({ "package_id": id })).await.problem(404, "not_found");
    }
    let package = dana.package("shop", "1.1.0").await;
    dana.deploy("shop", "moon", json!({ "package_id": package })).await.problem(404, "not_found");
    dana.deploy("moon", "test", json!({ "package_id": package })).await.problem(404, "not_found");
    dana.get("/apps/shop/environments/test/deployments/x").await.problem(404, "not_found");
    let body = json!({ "package_id": package, "authorised_until": "2030-01-01T00:00:00Z" });
    dana.deploy("shop", "test", body).await.problem(422, "invalid_fields");
}
