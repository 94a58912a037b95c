//! Files of a folder, for the portal's app and for deployed sites: [`ServeDir`] with the rest of RFC 9110 on ranges, and
//! with a charset.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use http_range_header::{EndPosition, StartPosition, parse_range_header};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// Text without the type `text/*`. The types that end in `+json` and `+xml` are text as well.
const TEXT_TYPES: [&str; 4] =
    ["application/json", "application/javascript", "application/xml", "application/x-javascript"];

/// Answers a request for a file.
pub(crate) async fn serve(files: ServeDir, mut request: Request) -> Response {
    // Only ETags count: two versions may have the same modification time, which is in seconds.
    for name in [header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE] {
        request.headers_mut().remove(name);
    }
    if let Some(uri) = with_single_leading_slash(request.uri()) {
        *request.uri_mut() = uri;
    }
    let mut response = match take_range(&mut request) {
        None => send(files, request).await,
        Some((value, range)) => {
            let if_range = request.headers_mut().remove(header::IF_RANGE);
            let without_range = copy_without_body(&request);
            request.headers_mut().insert(header::RANGE, value);
            let response = send(files.clone(), request).await;
            if range.applies_to(if_range.as_ref(), &response) { response } else { send(files, without_range).await }
        }
    };
    response.headers_mut().remove(header::LAST_MODIFIED);
    add_charset(response.headers_mut());
    response
}

async fn send(files: ServeDir, request: Request) -> Response {
    let result: Result<_, Infallible> = files.oneshot(request).await;
    match result {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn copy_without_body(request: &Request) -> Request {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// Returns the address to use if the path begins with two slashes, which would be another host in the `Location` of a
/// redirect (RFC 3986 §4.2).
fn with_single_leading_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path_and_query().map(PathAndQuery::as_str).filter(|path| path.starts_with("//"))?;
    format!("/{}", path.trim_start_matches('/')).parse().ok()
}

/// A single range of bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ByteRange {
    FromStart,
    LastBytes,
}

/// Removes the `Range` header and returns it if it has to be obeyed: RFC 9110 §14.2 allows to ignore several ranges and
/// malformed ones, and requires it for other units and for other methods than GET.
fn take_range(request: &mut Request) -> Option<(HeaderValue, ByteRange)> {
    let value = request.headers_mut().remove(header::RANGE).filter(|_| request.method() == Method::GET)?;
    let ranges = parse_range_header(value.to_str().ok()?).ok()?.ranges;
    let [range] = ranges.as_slice() else { return None };
    let range = match (range.start, range.end) {
        (StartPosition::Index(start), EndPosition::Index(end)) if end < start => return None,
        (StartPosition::Index(_), _) => ByteRange::FromStart,
        (StartPosition::FromLast(_), _) => ByteRange::LastBytes,
    };
    Some((value, range))
}

impl ByteRange {
    /// Returns whether `response` answers a request with this range, or the whole file has to be sent.
    fn applies_to(self, if_range: Option<&HeaderValue>, response: &Response) -> bool {
        // Files have strong ETags and no modification times, so a weak ETag or a time matches none (RFC 9110 §13.1.5).
        let matches = if_range.is_none_or(|etag| response.headers().get(header::ETAG) == Some(etag));
        match response.status() {
            // An empty file has no range.
            StatusCode::PARTIAL_CONTENT => {
                matches && response.headers().get(header::CONTENT_LENGTH).is_none_or(|length| length != "0")
            }
            // ServeDir refuses more last bytes than the file has.
            StatusCode::RANGE_NOT_SATISFIABLE => matches && self != Self::LastBytes,
            _ => true,
        }
    }
}

/// Adds `charset=utf-8` to the types of text. Without it, browsers guess from the language of the visitor.
fn add_charset(headers: &mut HeaderMap) {
    let Some(media_type) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return };
    let is_text = media_type.starts_with("text/")
        || TEXT_TYPES.contains(&media_type)
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml");
    if is_text && let Ok(value) = HeaderValue::from_str(&format!("{media_type}; charset=utf-8")) {
        headers.insert(header::CONTENT_TYPE, value);
    }
}
