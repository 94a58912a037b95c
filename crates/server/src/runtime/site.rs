//! Serves the files of one release.

use std::path::Path;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use tower_http::services::ServeDir;

use super::error_pages;
use crate::disk;
use crate::http::static_files;

/// Handles a request whose path is relative to the site. `prefix` is the part of the path before it, for redirects.
pub(super) async fn handle(release: &Path, prefix: &str, mut request: Request<Body>) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return error_pages::method_not_allowed();
    }
    if !disk::fits_path_limits(request.uri().path()) {
        return error_pages::not_found();
    }
    request.headers_mut().remove(header::AUTHORIZATION);
    let files = ServeDir::new(release).precompressed_gzip().redirect_path_prefix(prefix);
    let response = static_files::serve(files, request).await;
    match response.status() {
        StatusCode::NOT_FOUND => error_pages::not_found(),
        // tower-http has logged the error.
        status if status.is_server_error() => error_pages::internal_error(),
        _ => set_headers(response),
    }
}

fn set_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.remove(header::SET_COOKIE);
    // A deployment may replace the file at any time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// For sites that share their origin with others: scripts run, but in an opaque origin.
pub(super) const SANDBOX: (HeaderName, HeaderValue) =
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox allow-scripts"));
