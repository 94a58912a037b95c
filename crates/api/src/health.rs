//! `GET /health` and `GET /ready`, for monitoring.

use axum::extract::State;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::http::Result;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// Returns 204 while the process runs.
#[utoipa::path(get, path = "/health", tag = "Health", responses((status = 204, description = "The process runs")))]
pub(crate) async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Returns 204 if the store is available.
#[utoipa::path(get, path = "/ready", tag = "Health", responses(
    (status = 204, description = "The server is ready"),
    (status = 503, description = "Its store does not answer", body = padlock_contract::Problem),
))]
pub(crate) async fn ready(State(api): State<Api>) -> Result<StatusCode> {
    api.ports.store.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
