//! The OpenAPI document and its page.

use http::header;
use padlock_contract::ErrorCode;

use crate::test_api::TestApi;

#[tokio::test]
async fn every_documented_route_exists_and_every_error_code_is_documented() {
    let api = TestApi::in_memory().await;
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let served = api.anonymous().get("/openapi.json").await.expect(200).json();
    assert_eq!(served, document);
    let tess = api.browser("tess").await;
    // So that there is something to resume.
    tess.begin_enrolment().await.expect(201);
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
            assert!(!summary.is_empty(), "{path} has no description");
        }
    }
    let text = document.to_string();
    for code in ErrorCode::ALL {
        assert!(text.contains(&format!("\"{}\"", code.as_str())), "{} is not in the document", code.as_str());
    }
}

async fn get(api: &TestApi, path: &str) -> (String, String) {
    let request = http::Request::get(path).body(axum::body::Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(api.router.clone(), request).await.unwrap();
    let media_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    let bytes = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    (media_type, String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn the_document_is_complete_for_clients() {
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    assert_eq!(document["info"]["title"], "Padlock");
    assert!(document["components"]["securitySchemes"]["session_token"].is_object());
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, call) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(ids.insert(call["operationId"].as_str().unwrap().to_owned()), "{name}: the id is taken");
            let authorised = &call[padlock_contract::OPERATION_EXTENSION];
            assert_eq!(call["security"].as_array().unwrap().is_empty(), authorised.is_null(), "{name}");
            assert_eq!(
                call["responses"]["401"].is_null(),
                authorised.is_null() && !path.ends_with("/sign-in"),
                "{name}"
            );
            for (status, response) in call["responses"].as_object().unwrap() {
                assert_ne!(response["description"], "", "{name} {status}");
                let is_error = status.starts_with(['4', '5']);
                assert_eq!(response["content"]["application/problem+json"].is_object(), is_error, "{name} {status}");
            }
        }
    }
    assert!(!document["components"]["schemas"].to_string().contains("\"unknown\""));
    let restart = &document["paths"]["/api/v1/apps/{app}/environments/{env}/restart"]["post"];
    let headers = restart["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "header");
    assert_eq!(headers.map(|parameter| &parameter["name"]).collect::<Vec<_>>(), ["Padlock-Code"]);
}

#[tokio::test]
async fn the_documentation_page_shows_an_example_of_each_call_and_needs_no_network() {
    let api = TestApi::in_memory().await;
    let (media_type, page) = get(&api, "/api/docs").await;
    assert_eq!(media_type, "text/html; charset=utf-8");
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let items = document["paths"].as_object().unwrap();
    let calls: usize = items.values().map(|item| item.as_object().unwrap().len()).sum();
    assert_eq!(page.matches("<section id=").count(), calls);
    assert_eq!(page.matches("<h4>Example</h4>").count(), calls);
    assert!(page.contains("curl -X POST &quot;$API/sign-in&quot;"), "{page}");
    for forbidden in ["<script", " style=", "<img", "<iframe"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let (media_type, styles) = get(&api, "/api/docs.css").await;
    assert_eq!(media_type, "text/css; charset=utf-8");
    assert!(!styles.contains("url(") && !styles.contains("@import"));
    assert_eq!(page.matches("<link").count(), 1);
}
