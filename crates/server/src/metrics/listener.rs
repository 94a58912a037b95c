//! `GET /metrics`.

use axum::Router;
use axum::extract::State;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use padlock_api::ports::{Clock, Store, StoreResult};

use super::{JobGauges, Metrics};
use crate::http::set_security_headers;
use crate::store::SqlStore;
use crate::system::SystemClock;

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
    let jobs = match read_gauges(&store).await {
        Ok(jobs) => jobs,
        Err(error) => {
            tracing::warn!(%error, "the jobs cannot be counted");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    match metrics.encode(jobs) {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be encoded");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn read_gauges(store: &SqlStore) -> StoreResult<JobGauges> {
    let now = SystemClock.now();
    let statistics = store.read().await?.job_statistics(now).await?;
    Ok(JobGauges {
        running_deployments: store.running_deployments().await?,
        oldest_waiting_seconds: statistics.oldest_waiting.map_or(0, |since| now.duration_since(since).as_secs()),
        failed: i64::try_from(statistics.failed).unwrap_or(i64::MAX),
    })
}
