//! The OpenAPI document, and a page to read it on.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use http::header;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

/// `/api/v1/openapi.json` and `/api/docs`, both made once.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(document: &OpenApi) -> Router<S> {
    let json = document.to_json().unwrap_or_default();
    let page = page(document);
    Router::new()
        .route("/api/v1/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        .route("/api/docs", get(move || async move { Html(page) }))
}

/// A plain page without scripts or styles of its own: it reads well in any browser and needs no exception in the CSP.
fn page(document: &OpenApi) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <meta name=color-scheme content=\"light dark\"><title>Padlock API</title><main><h1>Padlock API</h1>",
    );
    html.push_str(&format!("<p>{}</p>", escape(document.info.description.as_deref().unwrap_or_default())));
    html.push_str("<p>As a document for tools: <a href=\"/api/v1/openapi.json\">openapi.json</a></p>");
    for (path, item) in &document.paths.paths {
        for (method, operation) in operations(item) {
            html.push_str(&format!("<h2><code>{method} {}</code></h2>", escape(path)));
            html.push_str(&format!("<p>{}</p><ul>", escape(operation.summary.as_deref().unwrap_or_default())));
            for (status, answer) in &operation.responses.responses {
                let words = match answer {
                    utoipa::openapi::RefOr::T(answer) => answer.description.as_str(),
                    utoipa::openapi::RefOr::Ref(_) => "",
                };
                html.push_str(&format!("<li>{} {}</li>", escape(status), escape(words)));
            }
            html.push_str("</ul>");
        }
    }
    html.push_str("</main>");
    html
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)]
        .into_iter()
        .filter_map(|(method, operation)| operation.as_ref().map(|o| (method, o)))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
