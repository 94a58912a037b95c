//! Serves the files of one release.

use std::convert::Infallible;
use std::path::Path;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::pages;
use crate::disk;

/// Answers a request whose path is the site's own. `prefix` is what stood before it in the address, for redirects.
pub(super) async fn answer(release: &Path, prefix: &str, request: Request<Body>) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return pages::only_get();
    }
    if !disk::may_exist(request.uri().path()) {
        return pages::no_such_page();
    }
    let (mut parts, _) = request.into_parts();
    // Times are to the second, and a version may be replaced by one of the same second: only the ETag counts.
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
        StatusCode::NOT_FOUND => pages::no_such_page(),
        // The file system failed; tower-http has logged it.
        status if status.is_server_error() => pages::failed(),
        _ => finished(response.map(Body::new)),
    }
}

fn finished(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for name in [header::SET_COOKIE, header::LAST_MODIFIED] {
        headers.remove(name);
    }
    // Another version may stand here a moment later.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What confines a site that shares its origin with others: it runs, but belongs to no origin.
pub(super) const SANDBOX: (HeaderName, HeaderValue) =
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox allow-scripts"));
