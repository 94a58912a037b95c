//! Checks of every request before it reaches the API or the single-page app.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::Limited;
use padlock_api::problem_response;
use padlock_contract::{ErrorCode, Problem};
use tower_http::timeout::DeadlineBody;

use super::portal::{PortalState, is_api};

/// The maximum length of a request body, except of an upload. The permissions of two thousand members fit.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How long a client may take to send a request body. A client that sends a byte now and then never pauses for long, but
/// could hold its connection for hours.
const BODY_DEADLINE: Duration = Duration::from_secs(60);

const FORWARDING_HEADERS: &[&str] = &["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];

/// Returns the request with a bounded body, or the response that refuses or redirects it.
pub(super) fn check(portal: &PortalState, request: Request) -> Result<Request, Box<Response>> {
    if portal.demo && FORWARDING_HEADERS.iter().any(|name| request.headers().contains_key(*name)) {
        let detail = "This is the demo: it answers on this machine only, not behind a proxy.";
        return Err(Box::new(problem_response(&Problem::new(ErrorCode::BadRequest, detail))));
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !portal.origin.matches_host(host) && !accepts_any_host(&request) {
        return Err(Box::new(redirect_to_origin(portal, &request)));
    }
    limit_body(request)
}

/// Probes and scripts may use any host name. Browsers may not: another site could point a name at this server.
fn accepts_any_host(request: &Request) -> bool {
    let path = request.uri().path();
    if matches!(path, "/api/v1/health" | "/api/v1/ready") {
        return true;
    }
    let headers = request.headers();
    let is_write = !matches!(*request.method(), Method::GET | Method::HEAD);
    is_api(path) && (headers.contains_key(header::AUTHORIZATION) || is_write && !is_from_browser(headers))
}

fn is_from_browser(headers: &HeaderMap) -> bool {
    [header::COOKIE.as_str(), header::ORIGIN.as_str(), "sec-fetch-site"].iter().any(|name| headers.contains_key(*name))
}

fn redirect_to_origin(portal: &PortalState, request: &Request) -> Response {
    let origin = &portal.origin;
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("{origin}{path}"))]).into_response();
    }
    let detail = format!("The portal answers at {origin}.");
    let mut problem = Problem::new(ErrorCode::BadRequest, detail);
    problem.status = StatusCode::MISDIRECTED_REQUEST.as_u16();
    problem_response(&problem)
}

fn limit_body(request: Request) -> Result<Request, Box<Response>> {
    if is_upload(&request) {
        // The API has its own limit for uploads.
        return Ok(request);
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > MAX_BODY_BYTES as u64) {
        let problem = Problem::new(ErrorCode::TooLarge, "The request is larger than 1 MiB.");
        return Err(Box::new(problem_response(&problem)));
    }
    if request.body().is_end_stream() {
        return Ok(request);
    }
    Ok(request.map(|body| Body::new(DeadlineBody::new(BODY_DEADLINE, Limited::new(body, MAX_BODY_BYTES)))))
}

fn is_upload(request: &Request) -> bool {
    let path = request.uri().path();
    *request.method() == Method::POST && path.starts_with("/api/v1/apps/") && path.ends_with("/packages")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use axum::Error;
    use bytes::Bytes;
    use futures::{StreamExt, stream};
    use http_body_util::BodyExt;

    use super::*;

    /// Returns the body of a request that the checks let through, whose bytes come ten seconds apart.
    async fn receive_slowly(path: &str, bytes: usize) -> Result<Bytes, Error> {
        let body = Body::from_stream(stream::iter(0..bytes).then(|_| async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            Ok::<_, Infallible>("x")
        }));
        let request = Request::builder().method(Method::POST).uri(path).body(body).unwrap();
        limit_body(request).unwrap().into_body().collect().await.map(http_body_util::Collected::to_bytes)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_a_minute_to_arrive() {
        assert_eq!(receive_slowly("/api/v1/sign-in", 5).await.unwrap(), "xxxxx");
        assert!(receive_slowly("/api/v1/sign-in", 7).await.is_err());
        assert_eq!(receive_slowly("/api/v1/sign-in", 0).await.unwrap(), "");
    }

    #[tokio::test(start_paused = true)]
    async fn an_upload_has_limits_of_its_own() {
        assert_eq!(receive_slowly("/api/v1/apps/shop/packages", 7).await.unwrap(), "xxxxxxx");
    }
}
