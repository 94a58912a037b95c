//! The routes of the second factor.

mod enrolment;
mod mail_code;
mod recovery_codes;
mod verify;

pub(crate) use enrolment::find_pending;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;

/// Returns the routes of this capability.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(verify::verify))
        .routes(routes!(mail_code::send))
        .routes(routes!(enrolment::begin))
        .routes(routes!(enrolment::confirm))
        .routes(routes!(enrolment::pending, enrolment::cancel))
        .routes(routes!(recovery_codes::regenerate))
        .routes(routes!(recovery_codes::view))
        .routes(routes!(recovery_codes::mark_saved))
}
