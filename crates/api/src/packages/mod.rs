//! The Deployment Package Repository.

pub mod archive;
mod download;
mod errors;
mod multipart;
pub(crate) mod responses;
pub(crate) mod retention;
mod routes;
pub(crate) mod store;
pub(crate) mod upload;
pub(crate) mod upload_quota;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;

/// The route that takes package files with `POST`.
pub(crate) const UPLOAD_ROUTE: &str = "/api/v1/apps/{app}/packages";

/// Returns the routes of this capability.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(routes::list, upload::upload))
        .routes(routes!(routes::show, routes::delete))
        .routes(routes!(download::download))
}
