//! `GET /health` and `GET /ready`, for whoever watches the server.

use axum::extract::State;
use http::StatusCode;

use crate::app_state::Api;
use crate::http::problem::Result;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// The process answers.
#[utoipa::path(get, path = "/health", tag = "Health", responses((status = 204, description = "It answers")))]
pub(crate) async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The process can do its work: its store answers.
#[utoipa::path(get, path = "/ready", tag = "Health", responses(
    (status = 204, description = "It can work"),
    (status = 503, description = "Its store does not answer", body = padlock_contract::Problem),
))]
pub(crate) async fn ready(State(api): State<Api>) -> Result<StatusCode> {
    api.ports.store.ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
