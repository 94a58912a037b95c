//! A browser or a script, as far as the API can tell.

use std::net::IpAddr;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use padlock_api::{ClientAddress, demo};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::ORIGIN;

#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    pub(crate) headers: HeaderMap,
    pub(crate) address: IpAddr,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// Insists on a status; shows the body otherwise.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// Insists on a problem document of this status and code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        let problem = answer.json();
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

    pub(crate) async fn sign_in(&mut self, who: &str) -> Answer {
        let answer = self.post("/sign-in", json!({ "login": who_login(who), "password": demo::PASSWORD })).await;
        let answer = answer.expect(200);
        self.adopt(&answer);
        answer
    }

    /// Takes over a session's new secret, as a browser and a script do.
    pub(crate) fn adopt(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.headers.get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.headers.insert(header::COOKIE, cookie.parse().unwrap());
        }
        if let Some(token) = answer.json()["session_token"].as_str() {
            self.headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
    }

    pub(crate) async fn sign_in_for_token(&mut self, who: &str) {
        let form = json!({ "login": who_login(who), "password": demo::PASSWORD, "token": true });
        let answer = self.post("/sign-in", form).await.expect(200);
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
        let token = answer.json()["session_token"].as_str().unwrap().to_owned();
        self.headers.remove(header::ORIGIN);
        self.headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    }

    /// Proves the second factor, and takes over the new secret if it was right.
    pub(crate) async fn verify(&mut self, code: &str) -> Answer {
        let answer = self.post("/verify-2fa-code", json!({ "code": code })).await;
        if answer.status == StatusCode::OK {
            self.adopt(&answer);
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, json: Value) -> Answer {
        self.send(Method::POST, path, Some("application/json"), Body::from(json.to_string())).await
    }

    /// A `POST` with whatever body.
    pub(crate) async fn post_raw(&self, path: &str, media_type: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, Some(media_type), body.into()).await
    }

    /// The answer to a `GET` whose body may have no end.
    pub(crate) async fn open(&self, path: &str) -> axum::response::Response {
        self.answered(Method::GET, path, None, Body::empty()).await
    }

    async fn send(&self, method: Method, path: &str, media_type: Option<&str>, body: Body) -> Answer {
        let (parts, body) = self.answered(method, path, media_type, body).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    async fn answered(
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
            request.headers_mut().insert(header::CONTENT_TYPE, media_type.parse().unwrap());
        }
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// An environment's card.
    pub(crate) async fn card(&self, app: &str, environment: &str) -> Value {
        self.get(&format!("/apps/{app}/environments/{environment}")).await.expect(200).json()
    }

    /// The id of the package of this version.
    pub(crate) async fn package(&self, app: &str, version: &str) -> String {
        let list = self.get(&format!("/apps/{app}/packages")).await.expect(200).json();
        let mut items = list["items"].as_array().unwrap().iter();
        items.find(|p| p["version"] == version).unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn deploy(&self, app: &str, environment: &str, body: Value) -> Answer {
        self.post(&format!("/apps/{app}/environments/{environment}/deployments"), body).await
    }

    /// Waits until a deployment has ended, and returns it.
    pub(crate) async fn ended(&self, app: &str, environment: &str, id: &Value) -> Value {
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

fn who_login(who: &str) -> String {
    format!("{who}@padlock.example")
}
