//! The OpenAPI document, as JSON and as an HTML page, with an example of each call.

mod completion;
mod examples;
mod inline_code;
pub(crate) mod methods;
mod page;
mod schema_fields;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use bytes::Bytes;
use http::header;
use utoipa::openapi::OpenApi;

/// Completes the document with what all routes share, and with the examples.
pub(crate) fn complete(document: &mut OpenApi) {
    completion::complete(document);
    examples::add(document);
}

/// Returns the routes `/api/v1/openapi.json` and `/api/docs`, whose responses are rendered with the first request. `origin` is
/// that of the portal.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(document: OpenApi, origin: &str) -> Router<S> {
    let origin = origin.to_owned();
    let rendered = Arc::new(LazyLock::new(move || {
        (Bytes::from(document.to_json().unwrap_or_default()), Bytes::from(page::render(&document, &origin)))
    }));
    let json = Arc::clone(&rendered);
    Router::new()
        .route(
            "/api/v1/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json.0.clone()) }),
        )
        .route("/api/docs", get(move || async move { Html(rendered.1.clone()) }))
        // A file of its own, so that the Content Security Policy needs no exception.
        .route("/api/docs.css", get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], page::STYLES) }))
}
