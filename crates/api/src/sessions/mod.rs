//! Signing in, and the sessions that result from it.

mod current;
mod routes;
mod sign_in;
pub(crate) mod store;

use padlock_domain::Operation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::auth::authorised;

/// Returns the routes of this capability.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(authorised(&[Operation::ViewAccount], routes!(current::show)))
        .routes(authorised(&[Operation::SignOut], routes!(current::sign_out)))
        .routes(authorised(&[Operation::Lock], routes!(current::lock)))
        .routes(authorised(&[Operation::ViewSessions], routes!(routes::list)))
        .routes(authorised(&[Operation::EndSession], routes!(routes::end_others)))
        .routes(authorised(&[Operation::EndSession], routes!(routes::end)))
}
