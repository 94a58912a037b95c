//! The OpenAPI document holds what the API answers, and nothing else.

use http::header;
use padlock_contract::ErrorCode;

use crate::world::World;

#[tokio::test]
async fn every_documented_route_answers_and_no_other_word_is_used() {
    let world = World::in_memory().await;
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let served = world.stranger().get("/openapi.json").await.expect(200).json();
    assert_eq!(served, document);
    let tess = world.browser("tess").await;
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap();
        let path = path.replace("{app}", "shop").replace("{env}", "test").replace("{id}", "none");
        if item.get("get").is_some() && !path.ends_with("/events") {
            let status = tess.get(&path).await.status;
            assert_ne!(status, 405, "{path}");
            assert!(status != 404 || path.contains("none"), "{path}");
        }
        for operation in item.as_object().unwrap().values() {
            let summary = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
            assert!(!summary.is_empty(), "{path} says nothing of itself");
        }
    }
    let text = document.to_string();
    for code in ErrorCode::ALL {
        assert!(text.contains(&format!("\"{}\"", code.as_str())), "{} is not in the document", code.as_str());
    }
}

#[tokio::test]
async fn it_can_be_read_by_people() {
    let world = World::in_memory().await;
    let request = http::Request::get("/api/docs").body(axum::body::Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let bytes = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    let page = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(page.contains("POST /api/v1/sign-in"));
    assert!(!page.contains("<script") && !page.contains("style="));
}
