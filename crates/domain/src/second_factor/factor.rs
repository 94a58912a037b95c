//! Confirmed second factors of every kind.

use jiff::Timestamp;
use strum::{EnumString, IntoStaticStr};

use super::authenticator::Authenticator;
use crate::ids::{AccountId, EnrolmentId};

/// The kind of a second factor. The method that people read follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SecondFactorKind {
    /// An authenticator app (TOTP, RFC 6238).
    Authenticator,
}

/// A confirmed second factor. An unconfirmed one is a [`PendingEnrolment`](super::PendingEnrolment).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The id of the enrolment that created it.
    pub id: EnrolmentId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The data specific to its kind.
    pub details: SecondFactorDetails,
    /// Whether a code is required at sign-in as well.
    pub required_at_sign_in: bool,
    /// The time of the confirmation.
    pub enrolled_at: Timestamp,
}

/// The data of a second factor that is specific to its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactorDetails {
    /// An authenticator app.
    Authenticator(Authenticator),
}
