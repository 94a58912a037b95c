//! The methods of the second factor.

use padlock_domain::second_factor::SecondFactorKind;
use serde::{Deserialize, Serialize};

/// A method of the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorMethod {
    /// A code of an authenticator app.
    Authenticator,
    /// A code sent by text message.
    Sms,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

impl From<SecondFactorKind> for SecondFactorMethod {
    fn from(kind: SecondFactorKind) -> Self {
        match kind {
            SecondFactorKind::Authenticator => Self::Authenticator,
        }
    }
}
