//! Error pages of the listener that serves environments.

use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};

const STYLE: &str = "html{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{margin:0;min-height:100vh;display:grid;place-content:center;padding:2rem;box-sizing:border-box;\
max-width:34rem;margin-inline:auto;text-align:left}\
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .5rem}p{margin:0;opacity:.8}";

pub(super) fn not_running(environment: &str, app: &str) -> Response {
    page(
        StatusCode::SERVICE_UNAVAILABLE,
        &format!("{environment} of {app} is not running"),
        "It has to be started in the portal first.",
    )
}

pub(super) fn unknown_environment() -> Response {
    page(StatusCode::NOT_FOUND, "Nothing runs here", "No environment has this address.")
}

pub(super) fn unknown_host() -> Response {
    page(StatusCode::MISDIRECTED_REQUEST, "Nothing runs here", "This server does not answer to this name.")
}

pub(super) fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "There is no such page", "The site that runs here has no page at this address.")
}

pub(super) fn internal_error() -> Response {
    page(StatusCode::INTERNAL_SERVER_ERROR, "The page cannot be read", "The server's log says why.")
}

pub(super) fn method_not_allowed() -> Response {
    let response =
        page(StatusCode::METHOD_NOT_ALLOWED, "This method does not exist here", "Environments answer GET and HEAD.");
    ([(header::ALLOW, "GET, HEAD")], response).into_response()
}

fn page(status: StatusCode, title: &str, sentence: &str) -> Response {
    let (title, sentence) = (escape(title), escape(sentence));
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style>\
         <body><main><h1>{title}</h1><p>{sentence}</p></main></body></html>"
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ];
    (status, headers, Html(html)).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
