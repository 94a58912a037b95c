//! The OpenAPI document, as JSON and as an HTML page.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use bytes::Bytes;
use http::header;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

/// Returns the routes `/api/v1/openapi.json` and `/api/docs`, whose responses are rendered with the first request.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(document: OpenApi) -> Router<S> {
    let rendered = Arc::new(LazyLock::new(move || {
        (Bytes::from(document.to_json().unwrap_or_default()), Bytes::from(page(&document)))
    }));
    let json = Arc::clone(&rendered);
    Router::new()
        .route(
            "/api/v1/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json.0.clone()) }),
        )
        .route("/api/docs", get(move || async move { Html(rendered.1.clone()) }))
}

/// Returns the page. It has no scripts or styles, so that the Content Security Policy needs no exception.
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
            for (status, response) in &operation.responses.responses {
                let description = match response {
                    RefOr::T(response) => response.description.as_str(),
                    RefOr::Ref(_) => "",
                };
                html.push_str(&format!("<li>{} {}</li>", escape(status), escape(description)));
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
