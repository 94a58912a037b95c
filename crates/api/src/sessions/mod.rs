//! Signing in, and the sessions that result from it.

mod current;
mod routes;
mod sign_in;
pub(crate) mod store;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;

/// Returns the routes of this capability.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(current::show, current::sign_out))
        .routes(routes!(current::lock))
        .routes(routes!(routes::list, routes::end_others))
        .routes(routes!(routes::end))
}
