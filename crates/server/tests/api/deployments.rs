//! Deployments, transports, starts and stops.

use padlock_api::ports::{ActivityFilter, Attempt};
use padlock_domain::activity::Event;
use serde_json::{Value, json};

use crate::client::Client;
use crate::for_each_backend;
use crate::packages::{package, upload};
use crate::test_api::{TestApi, wait_until};

for_each_backend!(
    an_uploaded_package_is_deployed_and_transported,
    a_version_that_has_not_run_on_test_cannot_be_promoted,
    a_deployment_on_outdated_information_is_refused,
    lifecycle_operations_depend_on_the_status,
    a_deployment_without_a_start_leaves_the_environment_stopped,
    a_corrupt_package_is_not_deployed,
    a_deployment_interrupted_by_a_crash_fails_at_the_next_start,
    unknown_ids_are_not_found,
);

/// Deploys, and asserts that the deployment is done.
async fn deploy(client: &Client, environment: &str, body: Value) -> Value {
    let response = client.deploy("shop", environment, body).await.expect(202);
    let ended = client.wait_for_deployment("shop", environment, &response.json()["id"]).await;
    assert_eq!(ended["state"], "done", "{ended}");
    ended
}

async fn events(api: &TestApi) -> Vec<Event> {
    let mut tx = api.ports.store.read().await.unwrap();
    let app = tx.app("shop").await.unwrap().unwrap();
    tx.activity(app.id, &ActivityFilter::default(), None, 5)
        .await
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| entry.event)
        .collect()
}

async fn an_uploaded_package_is_deployed_and_transported(api: TestApi) {
    let dana = api.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].clone();
    let deployed = dana.card("shop", "test").await["package"]["id"].clone();
    let response = dana.deploy("shop", "test", json!({ "package_id": id, "replaces": deployed })).await.expect(202);
    let deployment = response.json();
    assert_eq!(deployment["package"]["version"], "2.0.0");
    assert_eq!(deployment["replaces"]["version"], "1.2.0");
    let location = response.headers["location"].to_str().unwrap().to_owned();
    assert!(location.ends_with(deployment["id"].as_str().unwrap()));
    let ended = dana.wait_for_deployment("shop", "test", &deployment["id"]).await;
    let stages: Vec<_> = ended["stages"].as_array().unwrap().iter().map(|s| (&s["name"], &s["state"])).collect();
    let done = json!("done");
    let names = [json!("verify"), json!("unpack"), json!("start"), json!("replace")];
    assert_eq!(stages, names.iter().map(|name| (name, &done)).collect::<Vec<_>>());

    let card = dana.card("shop", "test").await;
    assert_eq!(
        (&card["version"], &card["status"], &card["health"]),
        (&json!("2.0.0"), &json!("running"), &json!("ok"))
    );
    let ended = deploy(&dana, "acceptance", json!({ "package_id": id, "from": "test" })).await;
    assert_eq!(ended["from"], "test");
    assert_eq!(dana.card("shop", "acceptance").await["version"], "2.0.0");
    let list = dana.get("/apps/shop/packages").await.json();
    assert_eq!(list["items"][0]["runs_on"], json!(["test", "acceptance"]));
    let package = Some(id.as_str().unwrap().parse().unwrap());
    let replaced_package = Some(dana.package("shop", "1.2.0").await.parse().unwrap());
    let (version, replaced) = (String::from("2.0.0"), Some(String::from("1.2.0")));
    assert_eq!(
        events(&api).await[..2],
        [
            Event::Transported { package, version: version.clone(), replaced: replaced.clone(), replaced_package },
            Event::Deployed { package, version, replaced, replaced_package },
        ]
    );
    let card = dana.card("shop", "acceptance").await;
    assert_eq!(card["deployed_by"]["name"], "Dana Dahl");
    assert_eq!(card["deployed_at"], card["deployment"]["finished_at"]);
    let activity = dana.get("/apps/shop/activity").await.json();
    let latest = &activity["items"][0];
    assert_eq!(latest["text"], "transported 2.0.0 to Acceptance, in place of 1.2.0");
    assert_eq!(latest["parts"][1], json!({ "text": "2.0.0", "object": { "type": "package", "id": id } }));
    let environment = json!({ "text": "Acceptance", "object": { "type": "environment", "slug": "acceptance" } });
    assert_eq!(latest["parts"][3], environment);
    // The replaced releases are removed shortly after the end of the deployment.
    wait_until(async || api.count_files("releases").is_none_or(|files| files == 3 + 2 + 3 + 5)).await;
}

async fn a_version_that_has_not_run_on_test_cannot_be_promoted(api: TestApi) {
    let dana = api.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].clone();
    let problem = dana.deploy("shop", "acceptance", json!({ "package_id": id })).await.problem(409, "not_promoted");
    // The lists say so before anybody asks.
    let listed = dana.listed_package("shop", "2.0.0").await;
    assert_eq!(listed["not_promoted"][0], json!({ "environment": "acceptance", "message": problem["detail"] }));
    assert_eq!(listed["not_promoted"][1]["environment"], "production");
    assert_eq!(dana.listed_package("shop", "1.2.0").await["not_promoted"], json!([]));
    let detail = "2.0.0 has not run on Test yet. Deploy it there first, then transport it to Acceptance.";
    assert_eq!(problem["detail"], detail);
    let body = json!({ "package_id": id, "from": "test" });
    let problem = dana.deploy("shop", "acceptance", body).await.problem(409, "moved");
    assert_eq!(problem["now"]["version"], "1.2.0");
    let body = json!({ "package_id": id, "from": "acceptance" });
    dana.deploy("shop", "test", body).await.problem(422, "invalid_fields");
    let body = json!({ "package_id": id, "from": "nowhere" });
    dana.deploy("shop", "acceptance", body).await.problem(422, "invalid_fields");
    assert_eq!(dana.card("shop", "acceptance").await["version"], "1.2.0");
    // A version that has run on Test before can be deployed without a transport.
    let old = dana.package("shop", "1.1.0").await;
    deploy(&dana, "acceptance", json!({ "package_id": old })).await;
}

async fn a_deployment_on_outdated_information_is_refused(api: TestApi) {
    let dana = api.browser("dana").await;
    let (old, new) = (dana.package("shop", "1.1.0").await, dana.package("shop", "1.2.0").await);
    deploy(&dana, "test", json!({ "package_id": old, "replaces": new })).await;
    let problem =
        dana.deploy("shop", "test", json!({ "package_id": new, "replaces": new })).await.problem(409, "moved");
    assert_eq!(problem["detail"], "Test holds 1.1.0 by now. Look again before going on.");
    assert_eq!(problem["now"]["id"], json!(old));
    dana.deploy("shop", "test", json!({ "package_id": new, "replaces": null })).await.problem(409, "moved");
    dana.deploy("shop", "test", json!({ "package_id": new, "replaces": "x" })).await.problem(422, "invalid_fields");
    // The source may have changed, too.
    let body = json!({ "package_id": new, "from": "test" });
    let problem = dana.deploy("shop", "acceptance", body).await.problem(409, "moved");
    assert_eq!(problem["detail"], "Test holds 1.1.0 by now. Look again before going on.");
}

async fn lifecycle_operations_depend_on_the_status(api: TestApi) {
    let dana = api.browser("dana").await;
    let operate = async |operation: &str| dana.operate("test", operation).await;
    let problem = operate("start").await.problem(409, "wrong_state");
    assert_eq!(problem["reasons"][0]["code"], "already_running");
    let card = operate("stop").await.expect(200).json();
    assert_eq!((&card["status"], &card["health"]), (&json!("stopped"), &json!("off")));
    assert_eq!(operate("stop").await.problem(409, "wrong_state")["reasons"][0]["code"], "not_running");
    assert_eq!(operate("restart").await.problem(409, "wrong_state")["reasons"][0]["code"], "not_running");
    assert_eq!(operate("start").await.expect(200).json()["health"], "ok");
    assert_eq!(operate("restart").await.expect(200).json()["status"], "running");
    assert_eq!(events(&api).await[..3], [Event::Restarted, Event::Started, Event::Stopped]);
    // An empty environment cannot be started.
    let tess = api.browser("tess").await;
    let problem = tess.post("/apps/crm/environments/production/start", json!({})).await.problem(409, "wrong_state");
    assert_eq!(problem["reasons"][0]["code"], "empty");
}

async fn a_deployment_without_a_start_leaves_the_environment_stopped(api: TestApi) {
    let dana = api.browser("dana").await;
    let old = dana.package("shop", "1.1.0").await;
    let ended = deploy(&dana, "test", json!({ "package_id": old, "start": false })).await;
    assert_eq!(ended["stages"].as_array().unwrap().len(), 3);
    let card = dana.card("shop", "test").await;
    assert_eq!(
        (&card["status"], &card["version"], &card["health"]),
        (&json!("stopped"), &json!("1.1.0"), &json!("off"))
    );
}

async fn a_corrupt_package_is_not_deployed(api: TestApi) {
    let dana = api.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let Some(data) = &api.data else { return corrupt_in_memory().await };
    let folder = data.path().join("packages");
    let file = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path());
    let file = file.filter(|f| f.to_string_lossy().contains(&id)).last().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert_corrupt_package_fails(&dana, &id).await;
}

async fn assert_corrupt_package_fails(dana: &Client, id: &str) {
    let deployment = dana.deploy("shop", "test", json!({ "package_id": id })).await.expect(202).json();
    let ended = dana.wait_for_deployment("shop", "test", &deployment["id"]).await;
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
    deploy(dana, "test", json!({ "package_id": good })).await;
}

async fn corrupt_in_memory() {
    let blobs = padlock_api::memory::MemoryBlobs::default();
    let api = TestApi::in_memory_with(|ports| ports.blobs = std::sync::Arc::new(blobs.clone())).await;
    let dana = api.browser("dana").await;
    let id = upload(&dana, package("2.0.0")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    blobs.corrupt(id.parse().unwrap());
    assert_corrupt_package_fails(&dana, &id).await;
}

async fn a_deployment_interrupted_by_a_crash_fails_at_the_next_start(api: TestApi) {
    let dana = api.browser("dana").await;
    // A deployment in the database without a job is what a crash leaves behind.
    let mut tx = api.ports.store.begin_write(&Attempt::default()).await.unwrap();
    let app = tx.app("shop").await.unwrap().unwrap();
    let environment = tx.environments(app.id).await.unwrap().remove(0);
    let mut deployment = tx.latest_deployments(&[environment.id]).await.unwrap().remove(0);
    deployment.id = padlock_domain::ids::DeploymentId::new(api.ports.now(), [3; 10]);
    deployment.end = None;
    deployment.stages.truncate(2);
    let revision = environment.revision;
    let busy = environment.begin_deployment(deployment.id).unwrap();
    tx.add_deployment(&deployment).await.unwrap();
    let _ = tx.save_environment(&busy, revision).await.unwrap();
    tx.commit().await.unwrap();
    let package = dana.package("shop", "1.1.0").await;
    let body = json!({ "package_id": package });
    let problem = dana.deploy("shop", "test", body.clone()).await.problem(409, "wrong_state");
    assert_eq!(problem["reasons"][0]["code"], "busy");

    api.recover().await.unwrap();
    let card = dana.card("shop", "test").await;
    assert_eq!(card["deployment"]["state"], "failed");
    assert_eq!(card["deployment"]["reason"]["code"], "interrupted");
    assert_eq!((&card["version"], &card["health"]), (&json!("1.2.0"), &json!("ok")));
    deploy(&dana, "test", body).await;
}

async fn unknown_ids_are_not_found(api: TestApi) {
    let dana = api.browser("dana").await;
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
