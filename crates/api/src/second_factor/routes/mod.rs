//! The routes of the second factor.

mod enrolment;
mod mail_code;
mod recovery_codes;
mod verify;

pub(crate) use enrolment::find_pending;
use padlock_domain::Operation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::auth::authorised;

/// Returns the routes of this capability.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(authorised(&[Operation::VerifyCode], routes!(verify::verify)))
        .routes(authorised(&[Operation::RequestMailCode], routes!(mail_code::send)))
        .routes(authorised(&[Operation::EnrolSecondFactor, Operation::ChangeSecondFactor], routes!(enrolment::begin)))
        .routes(authorised(&[Operation::ConfirmEnrolment], routes!(enrolment::confirm)))
        .routes(authorised(&[Operation::ViewEnrolment], routes!(enrolment::pending)))
        .routes(authorised(&[Operation::CancelEnrolment], routes!(enrolment::cancel)))
        .routes(authorised(&[Operation::RegenerateRecoveryCodes], routes!(recovery_codes::regenerate)))
        .routes(authorised(&[Operation::ViewRecoveryCodes], routes!(recovery_codes::view)))
        .routes(authorised(&[Operation::MarkRecoveryCodesSaved], routes!(recovery_codes::mark_saved)))
}
