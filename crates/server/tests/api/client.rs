//! A client of the API: a browser with a cookie, or a script with a token.

use std::net::IpAddr;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use padlock_api::{ClientAddress, demo};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::test_api::ORIGIN;

#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    pub(crate) headers: HeaderMap,
    pub(crate) address: IpAddr,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// Asserts that the response has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// Asserts that the response is a problem document with this status and code, and returns it.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let response = self.expect(status);
        assert_eq!(response.headers[header::CONTENT_TYPE], "application/problem+json");
        let problem = response.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().unwrap().ends_with('.'), "{problem}");
        problem
    }
}

impl Client {
    pub(crate) fn new(router: Router) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, ORIGIN.parse().unwrap());
        Self { router, headers, address: IpAddr::from([127, 0, 0, 1]) }
    }

    pub(crate) async fn sign_in(&mut self, name: &str) -> Response {
        let form = json!({ "login": login(name), "password": demo::PASSWORD });
        let response = self.post("/sign-in", form).await.expect(200);
        self.update_secret(&response);
        response
    }

    /// Takes over the new secret of the session.
    pub(crate) fn update_secret(&mut self, response: &Response) {
        if let Some(cookie) = response.headers.get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.headers.insert(header::COOKIE, cookie.parse().unwrap());
        }
        if let Some(token) = response.json()["session_token"].as_str() {
            self.headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
    }

    pub(crate) async fn sign_in_for_token(&mut self, name: &str) {
        let form = json!({ "login": login(name), "password": demo::PASSWORD, "token": true });
        let response = self.post("/sign-in", form).await.expect(200);
        assert!(!response.headers.contains_key(header::SET_COOKIE));
        self.headers.remove(header::ORIGIN);
        self.update_secret(&response);
    }

    /// Sends a code of the second factor, and takes over the new secret if it is accepted.
    pub(crate) async fn verify(&mut self, code: &str) -> Response {
        let response = self.post("/verify-2fa-code", json!({ "code": code })).await;
        if response.status == StatusCode::OK {
            self.update_secret(&response);
        }
        response
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Response {
        self.send(Method::DELETE, path, None, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, json: Value) -> Response {
        self.send(Method::POST, path, Some("application/json"), Body::from(json.to_string())).await
    }

    /// Sends a `POST` request with any body.
    pub(crate) async fn post_raw(&self, path: &str, media_type: &str, body: impl Into<Body>) -> Response {
        self.send(Method::POST, path, Some(media_type), body.into()).await
    }

    /// Sends a `GET` request and returns without waiting for the end of the body.
    pub(crate) async fn open_stream(&self, path: &str) -> axum::response::Response {
        self.send_request(Method::GET, path, None, Body::empty()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, media_type: Option<&str>, body: Body) -> Response {
        let (parts, body) = self.send_request(method, path, media_type, body).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Response { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn send_request(
        &self,
        method: Method,
        path: &str,
        media_type: Option<&str>,
        body: Body,
    ) -> axum::response::Response {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = format!("/api/v1{path}").parse().unwrap();
        *request.headers_mut() = self.headers.clone();
        request.extensions_mut().insert(ClientAddress(self.address));
        if let Some(media_type) = media_type {
            let media_type = HeaderValue::from_bytes(media_type.as_bytes()).unwrap();
            request.headers_mut().insert(header::CONTENT_TYPE, media_type);
        }
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Returns the card of an environment.
    pub(crate) async fn card(&self, app: &str, environment: &str) -> Value {
        self.get(&format!("/apps/{app}/environments/{environment}")).await.expect(200).json()
    }

    /// Returns the id of the package with this version.
    pub(crate) async fn package(&self, app: &str, version: &str) -> String {
        self.listed_package(app, version).await["id"].as_str().unwrap().to_owned()
    }

    /// Returns the package with this version as the list has it.
    pub(crate) async fn listed_package(&self, app: &str, version: &str) -> Value {
        let list = self.get(&format!("/apps/{app}/packages")).await.expect(200).json();
        list["items"].as_array().unwrap().iter().find(|package| package["version"] == version).unwrap().clone()
    }

    pub(crate) async fn deploy(&self, app: &str, environment: &str, body: Value) -> Response {
        self.post(&format!("/apps/{app}/environments/{environment}/deployments"), body).await
    }

    /// Returns the body of a request that transports version 1.2.0 of the app "shop" from Acceptance.
    pub(crate) async fn transport_form(&self) -> Value {
        json!({ "package_id": self.package("shop", "1.2.0").await, "from": "acceptance" })
    }

    /// Starts, stops or restarts an environment of the app "shop".
    pub(crate) async fn operate(&self, environment: &str, operation: &str) -> Response {
        self.post(&format!("/apps/shop/environments/{environment}/{operation}"), json!({})).await
    }

    /// Waits until a deployment has ended, and returns it.
    pub(crate) async fn wait_for_deployment(&self, app: &str, environment: &str, id: &Value) -> Value {
        let path = format!("/apps/{app}/environments/{environment}/deployments/{}", id.as_str().unwrap());
        for _ in 0..2_000 {
            let deployment = self.get(&path).await.expect(200).json();
            if deployment["state"] == "done" || deployment["state"] == "failed" {
                return deployment;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("the deployment never ended");
    }
}

/// Returns how many responses have this status.
pub(crate) fn count(responses: &[Response], status: u16) -> usize {
    responses.iter().filter(|response| response.status == status).count()
}

/// Asserts that each response has one of these statuses.
#[track_caller]
pub(crate) fn assert_statuses(responses: &[Response], statuses: &[u16]) {
    for response in responses {
        assert!(statuses.contains(&response.status.as_u16()), "{}", String::from_utf8_lossy(&response.bytes));
    }
}

fn login(name: &str) -> String {
    format!("{name}@padlock.example")
}
