//! What is refused or sent elsewhere before it reaches the API or the app.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::Limited;
use padlock_contract::ErrorCode;

use super::body_deadline::in_time;
use super::{Portal, is_api, problems};

/// The largest body of anything but an upload: the matrix of two thousand members fits.
const BODY: usize = 1024 * 1024;

const FORWARDING: &[&str] = &["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];

pub(super) fn check(portal: &Portal, request: Request) -> Result<Request, Box<Response>> {
    if portal.demo && FORWARDING.iter().any(|name| request.headers().contains_key(*name)) {
        let detail = "This is the demo: it answers on this machine only, not behind a proxy.";
        return Err(Box::new(problems::problem(ErrorCode::BadRequest, detail)));
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !portal.origin.is_named_by(host) && !any_name_will_do(&request) {
        return Err(Box::new(elsewhere(portal, &request)));
    }
    limited(request)
}

/// Probes and scripts may use any address of the machine: no browser lends them its cookie.
fn any_name_will_do(request: &Request) -> bool {
    let path = request.uri().path();
    if matches!(path, "/api/v1/health" | "/api/v1/ready") {
        return true;
    }
    let headers = request.headers();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    is_api(path) && (headers.contains_key(header::AUTHORIZATION) || changes && !from_a_browser(headers))
}

fn from_a_browser(headers: &HeaderMap) -> bool {
    [header::COOKIE.as_str(), header::ORIGIN.as_str(), "sec-fetch-site"].iter().any(|name| headers.contains_key(*name))
}

/// The portal answers on one name only, so that a name that someone else points at it gets nothing.
fn elsewhere(portal: &Portal, request: &Request) -> Response {
    let origin = &portal.origin;
    let location = request.uri().path_and_query().map_or("/", |path| path.as_str());
    match HeaderValue::try_from(format!("{origin}{location}")) {
        Ok(location) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
            response.headers_mut().insert(header::LOCATION, location);
            response
        }
        _ => {
            let detail = format!("The portal answers at {origin}.");
            problems::with_status(StatusCode::MISDIRECTED_REQUEST, ErrorCode::BadRequest, &detail)
        }
    }
}

fn limited(request: Request) -> Result<Request, Box<Response>> {
    if is_upload(&request) {
        // The API counts those itself.
        return Ok(request);
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > BODY as u64) {
        return Err(Box::new(problems::problem(ErrorCode::TooLarge, "The request is larger than 1 MiB.")));
    }
    if request.body().is_end_stream() {
        return Ok(request);
    }
    Ok(request.map(|body| in_time(Body::new(Limited::new(body, BODY)))))
}

fn is_upload(request: &Request) -> bool {
    let path = request.uri().path();
    *request.method() == Method::POST && path.starts_with("/api/v1/apps/") && path.ends_with("/packages")
}
