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

use padlock_domain::Operation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::auth::authorised;

/// The route that takes package files with `POST`.
pub(crate) const UPLOAD_ROUTE: &str = "/api/v1/apps/{app}/packages";

/// Returns the routes of this capability.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(authorised(&[Operation::ViewPackages], routes!(routes::list)))
        .routes(authorised(&[Operation::UploadPackage], routes!(upload::upload)))
        .routes(authorised(&[Operation::ViewPackages], routes!(routes::show)))
        .routes(authorised(&[Operation::DeletePackage], routes!(routes::delete)))
        .routes(authorised(&[Operation::DownloadPackage], routes!(download::download)))
}
