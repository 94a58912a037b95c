//! `GET /metrics`.

use axum::Router;
use axum::extract::State;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

use super::Metrics;
use crate::http::set_security_headers;
use crate::store::SqlStore;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Returns the service of the metrics listener.
pub fn router(metrics: Metrics, store: SqlStore) -> Router {
    Router::new().route("/metrics", get(show)).with_state((metrics, store)).layer(map_response(with_security_headers))
}

async fn with_security_headers(mut response: Response) -> Response {
    set_security_headers(response.headers_mut(), true, false);
    response
}

async fn show(State((metrics, store)): State<(Metrics, SqlStore)>) -> Response {
    let running = match store.running_deployments().await {
        Ok(running) => running,
        Err(error) => {
            tracing::warn!(%error, "the jobs cannot be counted");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    match metrics.encode(running) {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be encoded");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
