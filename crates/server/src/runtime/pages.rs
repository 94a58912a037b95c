//! The plain pages of the environments' listener: nothing in them runs or is loaded from elsewhere.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

const STYLE: &str = "html{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{margin:0;min-height:100vh;display:grid;place-content:center;padding:2rem;box-sizing:border-box;\
max-width:34rem;margin-inline:auto;text-align:left}\
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .5rem}p{margin:0;opacity:.8}";

/// An environment that is there and not served now.
pub(super) fn not_running(environment: &str, app: &str) -> Response {
    page(
        StatusCode::SERVICE_UNAVAILABLE,
        &format!("{environment} of {app} is not running"),
        "It has to be started in the portal first.",
    )
}

/// A host or a path that names no environment.
pub(super) fn nothing_here() -> Response {
    page(StatusCode::NOT_FOUND, "Nothing runs here", "No environment has this address.")
}

/// A host name that this server does not serve.
pub(super) fn stranger() -> Response {
    page(StatusCode::MISDIRECTED_REQUEST, "Nothing runs here", "This server does not answer to this name.")
}

/// A site without this page.
pub(super) fn no_such_page() -> Response {
    page(StatusCode::NOT_FOUND, "There is no such page", "The site that runs here has no page at this address.")
}

/// A site that could not be read.
pub(super) fn failed() -> Response {
    page(StatusCode::INTERNAL_SERVER_ERROR, "The page cannot be read", "The server's log says why.")
}

/// Environments serve files: anything but reading them is refused.
pub(super) fn only_get() -> Response {
    let mut response =
        page(StatusCode::METHOD_NOT_ALLOWED, "This method does not exist here", "Environments answer GET and HEAD.");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn page(status: StatusCode, title: &str, sentence: &str) -> Response {
    let (title, sentence) = (escaped(title), escaped(sentence));
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style>\
         <body><main><h1>{title}</h1><p>{sentence}</p></main></body></html>"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Names are people's own text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
