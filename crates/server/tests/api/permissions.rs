//! Permissions: what each role may see and do, and how refusals are explained.

use http::header;
use serde_json::{Value, json};

use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    other_apps_and_their_packages_are_not_found,
    cards_list_the_allowed_operations,
    operations_on_production_require_the_second_factor,
    scripts_also_need_api_rights,
    anonymous_requests_are_refused,
);

/// Returns an operation of a card.
pub(crate) fn operation<'a>(card: &'a Value, name: &str) -> &'a Value {
    card["operations"].as_array().unwrap().iter().find(|o| o["name"] == name).unwrap()
}

async fn other_apps_and_their_packages_are_not_found(api: TestApi) {
    let ines = api.browser("ines").await;
    let unknown = ines.get("/apps/nothing").await.problem(404, "not_found");
    assert_eq!(ines.get("/apps/crm").await.problem(404, "not_found"), unknown);
    for path in ["/apps/crm/environments", "/apps/crm/packages", "/apps/crm/events", "/apps/shop/environments/none"] {
        ines.get(path).await.problem(404, "not_found");
    }
    let mine = ines.get("/apps").await.expect(200).json();
    let names: Vec<_> = mine["items"].as_array().unwrap().iter().map(|a| a["slug"].clone()).collect();
    assert_eq!(names, ["intranet", "shop"]);
    let sam = api.browser("sam").await;
    assert_eq!(sam.get("/apps").await.expect(200).json()["items"], json!([]));
    // The path must name the app of the package.
    let tess = api.browser("tess").await;
    let crm = tess.package("crm", "0.9.0").await;
    tess.get(&format!("/apps/shop/packages/{crm}")).await.problem(404, "not_found");
    tess.deploy("shop", "test", json!({ "package_id": crm })).await.problem(404, "not_found");
}

async fn cards_list_the_allowed_operations(api: TestApi) {
    let tess = api.browser("tess").await.card("shop", "production").await;
    assert_eq!(tess["status"], "running");
    assert_eq!(tess["version"], "1.1.0");
    assert_eq!(tess["health"], "ok");
    let transport = operation(&tess, "transport");
    assert_eq!((&transport["allowed"], &transport["padlock"]), (&json!(true), &json!("closed")));
    assert_eq!(operation(&tess, "start")["reasons"][0]["code"], "already_running");

    let dana = api.browser("dana").await;
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

    let newcomer = api.browser("ines").await.get("/apps/intranet").await.expect(200).json();
    assert_eq!(newcomer["packages"]["edit"], false);
    assert_eq!(newcomer["packages"]["reasons"][0]["code"], "no_deploy_permissions");
    assert_eq!(api.browser("tess").await.card("crm", "production").await["status"], "empty");
    assert_eq!(api.browser("omar").await.card("intranet", "production").await["status"], "stopped");
}

async fn operations_on_production_require_the_second_factor(api: TestApi) {
    let tess = api.browser("tess").await;
    let transport = tess.transport_form().await;
    let response = tess.deploy("shop", "production", transport.clone()).await;
    let challenge = response.headers[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned();
    assert!(challenge.starts_with("Bearer error=\"insufficient_user_authentication\""), "{challenge}");
    assert!(challenge.contains("max_age=\"28800\""), "{challenge}");
    let problem = response.problem(401, "step_up_required");
    let detail = "Two-factor authentication is needed to transport shop 1.2.0 to Production. Nothing was changed.";
    assert_eq!(problem["detail"], detail);
    for operation in ["stop", "restart"] {
        tess.operate("production", operation).await.problem(401, "step_up_required");
    }
    let card = tess.card("shop", "production").await;
    assert_eq!(card["version"], "1.1.0");
    assert_eq!(card["status"], "running");

    // The permission is checked before the second factor.
    let dana = api.browser("dana").await;
    let problem = dana.deploy("shop", "production", transport).await.problem(403, "forbidden");
    assert_eq!(problem["reasons"][0]["code"], "missing_permission");
    assert_eq!(problem["reasons"][0]["ask"], "Tess Tanaka");
    dana.operate("production", "stop").await.problem(403, "forbidden");
}

async fn scripts_also_need_api_rights(api: TestApi) {
    let ines = api.script("ines").await;
    let problem = ines.operate("acceptance", "restart").await.problem(403, "forbidden");
    assert_eq!(problem["reasons"][0]["code"], "missing_api_rights");
    // Reading needs no API Rights, and neither does a browser.
    ines.card("shop", "acceptance").await;
    let ines = api.browser("ines").await;
    ines.operate("acceptance", "restart").await.expect(200);
    let dana = api.script("dana").await;
    dana.operate("test", "restart").await.expect(200);
}

async fn anonymous_requests_are_refused(api: TestApi) {
    let anonymous = api.anonymous();
    for path in ["/session", "/sessions", "/apps", "/apps/shop", "/apps/shop/environments", "/apps/shop/packages"] {
        let response = anonymous.get(path).await;
        assert_eq!(response.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"padlock\"");
        response.problem(401, "not_signed_in");
    }
    anonymous.deploy("shop", "test", json!({ "package_id": "x" })).await.problem(401, "not_signed_in");
    anonymous.get("/nothing/here").await.problem(404, "not_found");
    anonymous.post("/apps", json!({})).await.problem(405, "method_not_allowed");
    let portal = anonymous.get("/portal").await.expect(200).json();
    assert_eq!(portal["demo"]["accounts"].as_array().unwrap().len(), 9);
    anonymous.get("/health").await.expect(204);
    anonymous.get("/ready").await.expect(204);
}
