//! Malformed requests to every path of the OpenAPI document.

use axum::body::Body;
use http::{Method, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::client::Client;
use crate::test_api::TestApi;

const METHODS: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::TRACE,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::CONNECT,
];

/// What a browser sends to another site without asking it first; `None` is a body without a type.
const SAFELISTED: [Option<&str>; 7] = [
    Some("text/plain"),
    Some("text/plain;charset=UTF-8"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=x"),
    Some("multipart/form-data"),
    Some(""),
    None,
];

const PATH_VALUES: [&str; 14] = [
    "shop",
    "",
    "%ff",
    "%",
    "%zz",
    "%f",
    "%00",
    "%C3%28",
    "%2e%2e",
    "%2F",
    "..;",
    "%E2%80%8B",
    "%F0%9F%94%92",
    "00000000-0000-7000-8000-000000000000",
];

const QUERIES: [&str; 14] = [
    "?",
    "?%",
    "?%ff",
    "?&&==",
    "?limit=-1",
    "?limit=0",
    "?limit=99999999999999999999",
    "?limit=1&limit=2",
    "?cursor=%ff",
    "?cursor=x",
    "?unknown=1",
    "?limit[]=1",
    "?file_name=%ff",
    "?all=%00&format=x",
];

const MEDIA_TYPES: [&str; 6] =
    ["application/json", "application/json;charset=utf-16", "application/octet-stream", "image/png", "/", "\u{ff}"];

fn bodies() -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        b"{".to_vec(),
        b"{}".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"\xff\xfe{".to_vec(),
        br#"{"login":1,"code":[],"package_id":{}}"#.to_vec(),
        [br#"{"a":"#.as_slice(), &b"[".repeat(5_000)].concat(),
        b" ".repeat(70_000),
        b"--x\r\n".to_vec(),
        b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--x--\r\n".to_vec(),
    ]
}

/// Returns the paths of the OpenAPI document, relative to the base, with their operations, and some unknown paths.
fn paths() -> Vec<(String, Value)> {
    let document = serde_json::to_value(padlock_api::openapi()).unwrap();
    let documented = document["paths"].as_object().unwrap().iter();
    let unknown = ["", "/", "/none", "/%ff", "/%"].map(|path| (path.to_owned(), Value::Null));
    documented.map(|(path, item)| (path.replacen("/api/v1", "", 1), item.clone())).chain(unknown).collect()
}

fn with_existing_names(path: &str) -> String {
    path.replace("{app}", "shop").replace("{env}", "test").replace("{id}", "00000000-0000-7000-8000-000000000000")
}

/// Returns the path with this value in place of one of its parameters, for each of them.
fn with_value(path: &str, value: &str) -> Vec<String> {
    let names = ["{app}", "{env}", "{id}"].into_iter().filter(|name| path.contains(name));
    names.map(|name| with_existing_names(&path.replace(name, value))).collect()
}

/// Sends a request and asserts that its response is a problem document if it is an error.
async fn assert_problem(client: &Client, method: &Method, path: &str, media_type: Option<&str>, body: Body) -> u16 {
    let request = format!("{method} {path} {media_type:?}");
    let (head, body) = client.send_request(method.clone(), path, media_type, body).await.into_parts();
    let status = head.status;
    if !status.is_client_error() && !status.is_server_error() {
        // It may be an endless stream.
        return status.as_u16();
    }
    assert!(status.as_u16() < 500, "{request}: {status}");
    assert_eq!(head.headers.get(header::CONTENT_TYPE).unwrap(), "application/problem+json", "{request}: {status}");
    let bytes = body.collect().await.unwrap().to_bytes();
    if *method != Method::HEAD {
        let problem: Value = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{request}: {error}"));
        assert_eq!(problem["status"], status.as_u16(), "{request}: {problem}");
        assert!(problem["code"].as_str().is_some_and(|code| !code.is_empty()), "{request}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{request}: {problem}");
    }
    status.as_u16()
}

/// Signs in anew if the session has ended: some of the requests end it.
async fn renew(api: &TestApi, client: &mut Client) {
    if client.get("/session").await.status == StatusCode::UNAUTHORIZED {
        *client = api.browser("tess").await;
    }
}

#[tokio::test]
async fn every_error_is_a_problem_document() {
    let api = TestApi::in_memory().await;
    let anonymous = api.anonymous();
    let mut tess = api.browser("tess").await;
    let mut statuses = std::collections::BTreeMap::<u16, u32>::new();
    for (path, _) in paths() {
        for method in &METHODS {
            let mut targets: Vec<_> = PATH_VALUES.iter().flat_map(|value| with_value(&path, value)).collect();
            targets.extend(QUERIES.map(|query| with_existing_names(&path) + query));
            targets.push(format!("{}/", with_existing_names(&path)));
            for target in &targets {
                renew(&api, &mut tess).await;
                for client in [&anonymous, &tess] {
                    let status = assert_problem(client, method, target, None, Body::empty()).await;
                    *statuses.entry(status).or_default() += 1;
                }
            }
            if method.is_safe() {
                continue;
            }
            let target = with_existing_names(&path);
            for media_type in SAFELISTED.into_iter().chain(MEDIA_TYPES.map(Some)) {
                renew(&api, &mut tess).await;
                for client in [&anonymous, &tess] {
                    for body in bodies() {
                        let status = assert_problem(client, method, &target, media_type, Body::from(body)).await;
                        *statuses.entry(status).or_default() += 1;
                    }
                    let broken = futures::stream::iter([Ok("{"), Err(std::io::Error::other("the client is gone"))]);
                    assert_problem(client, method, &target, media_type, Body::from_stream(broken)).await;
                }
            }
        }
    }
    println!("{statuses:?}");
    for status in [200, 204, 400, 401, 404, 405, 413, 415, 422] {
        assert!(statuses.contains_key(&status), "no response has the status {status}: {statuses:?}");
    }
}

#[tokio::test]
async fn a_path_that_is_not_utf_8_is_a_bad_request() {
    let api = TestApi::in_memory().await;
    let tess = api.browser("tess").await;
    tess.get("/apps/%ff").await.problem(400, "bad_request");
    tess.get("/apps/shop/environments/%C3%28").await.problem(400, "bad_request");
    tess.get("/apps/%").await.problem(404, "not_found");
    api.anonymous().get("/apps/%ff").await.problem(401, "not_signed_in");
}

/// A form on another site can send these without JavaScript and without a preflight request.
#[tokio::test]
async fn changes_accept_no_body_that_a_form_can_send() {
    let api = TestApi::in_memory().await;
    let mut tess = api.browser("tess").await;
    let mut checked = 0;
    for (path, item) in paths() {
        let target = with_existing_names(&path);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let Some(operation) = item.get(method.as_str().to_lowercase()) else { continue };
            renew(&api, &mut tess).await;
            if path == "/apps/{app}/packages" {
                for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
                    tess.post_raw(&target, media_type, "{}").await.problem(415, "unsupported_media_type");
                }
                for media_type in ["application/octet-stream", "application/zip", ""] {
                    tess.post_raw(&target, media_type, "no package").await.problem(422, "invalid_package");
                }
                let form = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--x--\r\n";
                let response = tess.post_raw(&target, "multipart/form-data; boundary=x", form).await;
                response.problem(422, "invalid_package");
                continue;
            }
            for media_type in SAFELISTED {
                let response = tess.send(method.clone(), &target, media_type, Body::from("{}")).await;
                assert_eq!(response.status, 415, "{method} {path} {media_type:?}");
                response.problem(415, "unsupported_media_type");
                if media_type.is_some() {
                    let response = tess.send(method.clone(), &target, media_type, Body::empty()).await;
                    assert_eq!(response.status, 415, "{method} {path} {media_type:?} without a body");
                }
                checked += 1;
            }
            let json = "application/json; charset=utf-8";
            let response = tess.send(method.clone(), &target, Some(json), Body::from("{}")).await;
            assert_ne!(response.status, 415, "{method} {path}");
            if operation["requestBody"].is_null() {
                renew(&api, &mut tess).await;
                let response = tess.send(method.clone(), &target, None, Body::empty()).await;
                assert_ne!(response.status, 415, "{method} {path} without a body");
            }
        }
    }
    assert!(checked >= 100, "only {checked}");
}
