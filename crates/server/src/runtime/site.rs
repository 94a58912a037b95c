//! Serves the files of one release.

use std::convert::Infallible;
use std::path::Path;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::error_pages;
use crate::disk;

/// Handles a request whose path is relative to the site. `prefix` is the part of the path before it, for redirects.
pub(super) async fn handle(release: &Path, prefix: &str, request: Request<Body>) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return error_pages::method_not_allowed();
    }
    if !disk::fits_path_limits(request.uri().path()) {
        return error_pages::not_found();
    }
    let (mut parts, _) = request.into_parts();
    // Only ETags count: two versions may have the same modification time, which is in seconds.
    for name in [header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE, header::COOKIE, header::AUTHORIZATION] {
        parts.headers.remove(name);
    }
    let files = ServeDir::new(release).precompressed_gzip().redirect_path_prefix(prefix);
    let result: Result<_, Infallible> = files.oneshot(Request::from_parts(parts, Body::empty())).await;
    let response = match result {
        Ok(response) => response,
        Err(never) => match never {},
    };
    match response.status() {
        StatusCode::NOT_FOUND => error_pages::not_found(),
        // tower-http has logged the error.
        status if status.is_server_error() => error_pages::internal_error(),
        _ => set_headers(response.map(Body::new)),
    }
}

fn set_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for name in [header::SET_COOKIE, header::LAST_MODIFIED] {
        headers.remove(name);
    }
    // A deployment may replace the file at any time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// For sites that share their origin with others: scripts run, but in an opaque origin.
pub(super) const SANDBOX: (HeaderName, HeaderValue) =
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox allow-scripts"));
