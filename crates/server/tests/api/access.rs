//! What is not for someone, and what is said about it.

use http::header;
use serde_json::{Value, json};

use crate::over_both;
use crate::world::World;

over_both!(
    not_mine_is_not_there,
    cards_say_what_is_for_whom,
    production_asks_for_the_second_factor,
    scripts_need_api_rights_too,
    strangers_get_nothing,
);

fn operation<'a>(card: &'a Value, name: &str) -> &'a Value {
    card["operations"].as_array().unwrap().iter().find(|o| o["name"] == name).unwrap()
}

async fn not_mine_is_not_there(world: World) {
    let ines = world.browser("ines").await;
    let unknown = ines.get("/apps/nothing").await.problem(404, "not_found");
    assert_eq!(ines.get("/apps/crm").await.problem(404, "not_found"), unknown);
    for path in ["/apps/crm/environments", "/apps/crm/packages", "/apps/crm/events", "/apps/shop/environments/none"] {
        ines.get(path).await.problem(404, "not_found");
    }
    let mine = ines.get("/apps").await.expect(200).json();
    let names: Vec<_> = mine["items"].as_array().unwrap().iter().map(|a| a["slug"].clone()).collect();
    assert_eq!(names, ["intranet", "shop"]);
    let sam = world.browser("sam").await;
    assert_eq!(sam.get("/apps").await.expect(200).json()["items"], json!([]));
    // A package of another app is not there either, whatever the path says.
    let tess = world.browser("tess").await;
    let crm = tess.package("crm", "0.9.0").await;
    tess.get(&format!("/apps/shop/packages/{crm}")).await.problem(404, "not_found");
    tess.deploy("shop", "test", json!({ "package_id": crm })).await.problem(404, "not_found");
}

async fn cards_say_what_is_for_whom(world: World) {
    let tess = world.browser("tess").await.card("shop", "production").await;
    assert_eq!(tess["status"], "running");
    assert_eq!(tess["version"], "1.1.0");
    assert_eq!(tess["health"], "ok");
    let transport = operation(&tess, "transport");
    assert_eq!((&transport["allowed"], &transport["padlock"]), (&json!(true), &json!("closed")));
    assert_eq!(operation(&tess, "clear")["reasons"][0]["code"], "not_stopped");

    let dana = world.browser("dana").await;
    let production = dana.card("shop", "production").await;
    let transport = operation(&production, "transport");
    assert_eq!(transport["allowed"], false);
    assert_eq!(
        transport["reasons"][0]["message"],
        "You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them."
    );
    assert_eq!(transport["reasons"][0]["ask"], "Tess Tanaka");
    let acceptance = dana.card("shop", "acceptance").await;
    let transport = operation(&acceptance, "transport");
    assert_eq!((&transport["allowed"], &transport["padlock"]), (&json!(true), &json!("none")));

    let newcomer = world.browser("ines").await.get("/apps/intranet").await.expect(200).json();
    assert_eq!(newcomer["packages"]["edit"], false);
    assert_eq!(newcomer["packages"]["reasons"][0]["code"], "no_deploy_permissions");
    assert_eq!(world.browser("tess").await.card("crm", "production").await["status"], "empty");
    assert_eq!(world.browser("omar").await.card("intranet", "production").await["status"], "stopped");
}

async fn production_asks_for_the_second_factor(world: World) {
    let tess = world.browser("tess").await;
    let package = tess.package("shop", "1.2.0").await;
    let body = json!({ "package_id": package, "from": "acceptance" });
    let answer = tess.deploy("shop", "production", body).await;
    let challenge = answer.headers[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned();
    assert!(challenge.starts_with("Bearer error=\"insufficient_user_authentication\""), "{challenge}");
    assert!(challenge.contains("max_age=\"28800\""), "{challenge}");
    let problem = answer.problem(401, "step_up_required");
    let detail = "Two-factor authentication is needed to transport shop 1.2.0 to Production. Nothing was changed.";
    assert_eq!(problem["detail"], detail);
    for act in ["stop", "restart"] {
        let path = format!("/apps/shop/environments/production/{act}");
        tess.post(&path, json!({})).await.problem(401, "step_up_required");
    }
    let card = tess.card("shop", "production").await;
    assert_eq!(card["version"], "1.1.0");
    assert_eq!(card["status"], "running");

    // For want of permission nobody is asked for a code.
    let dana = world.browser("dana").await;
    let body = json!({ "package_id": package, "from": "acceptance" });
    let problem = dana.deploy("shop", "production", body).await.problem(403, "forbidden");
    assert_eq!(problem["reasons"][0]["code"], "missing_permission");
    assert_eq!(problem["reasons"][0]["ask"], "Tess Tanaka");
    dana.post("/apps/shop/environments/production/stop", json!({})).await.problem(403, "forbidden");
}

async fn scripts_need_api_rights_too(world: World) {
    let ines = world.script("ines").await;
    let problem = ines.post("/apps/shop/environments/acceptance/restart", json!({})).await.problem(403, "forbidden");
    assert_eq!(problem["reasons"][0]["code"], "missing_api_rights");
    // The card is for every member, and in the browser the same person may.
    ines.card("shop", "acceptance").await;
    let ines = world.browser("ines").await;
    ines.post("/apps/shop/environments/acceptance/restart", json!({})).await.expect(200);
    let dana = world.script("dana").await;
    dana.post("/apps/shop/environments/test/restart", json!({})).await.expect(200);
}

async fn strangers_get_nothing(world: World) {
    let stranger = world.stranger();
    for path in ["/session", "/sessions", "/apps", "/apps/shop", "/apps/shop/environments", "/apps/shop/packages"] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"padlock\"");
        answer.problem(401, "not_signed_in");
    }
    stranger.deploy("shop", "test", json!({ "package_id": "x" })).await.problem(401, "not_signed_in");
    stranger.get("/nothing/here").await.problem(404, "not_found");
    stranger.post("/apps", json!({})).await.problem(405, "method_not_allowed");
    let portal = stranger.get("/portal").await.expect(200).json();
    assert_eq!(portal["demo"]["accounts"].as_array().unwrap().len(), 6);
    stranger.get("/health").await.expect(204);
    stranger.get("/ready").await.expect(204);
}
