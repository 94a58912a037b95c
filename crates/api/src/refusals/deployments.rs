//! Why a deployment is refused.

use padlock_contract::ErrorCode;
use padlock_domain::deployment::{Refusal, Request};
use padlock_domain::{Reason, WrongGrant};

use super::access::refused;
use crate::http::ApiError;

/// Returns the error for a deployment that does not fit the state of the environments. `contact` is the name of the Technical
/// Contact.
pub(crate) fn refused_deployment(refusal: Refusal, request: &Request<'_>, contact: &str) -> ApiError {
    match refusal {
        Refusal::Changed { environment, current_package } => {
            let detail = match &current_package {
                Some(package) => format!("{environment} holds {} by now. Look again before going on.", package.version),
                None => format!("{environment} is empty by now. Look again before going on."),
            };
            ApiError::new(ErrorCode::Changed, detail).current_package(current_package.as_ref().map(Into::into))
        }
        Refusal::NotPromoted { previous } => ApiError::new(
            ErrorCode::NotPromoted,
            not_promoted_message(&request.package.manifest.version, &previous, &request.target.name),
        ),
        Refusal::NotAdjacent => {
            let message = format!("A transport to {} comes from the environment just before it.", request.target.name);
            ApiError::field("from", message)
        }
        Refusal::Busy => refused(&[Reason::Busy], &request.target.name, contact),
        Refusal::WrongGrant => WrongGrant.into(),
    }
}

/// Returns why a package cannot be deployed to `target`: it has not run on `previous`.
pub(crate) fn not_promoted_message(version: &str, previous: &str, target: &str) -> String {
    format!("{version} has not run on {previous} yet. Deploy it there first, then transport it to {target}.")
}
