//! Features of the demo: a clock that can be advanced, and the messages that it does not send.

use serde::{Deserialize, Serialize};

use crate::Time;

/// The body of `POST /demo/clock`, which advances the portal's clock. A restart resets the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdvanceClock {
    /// The number of seconds to advance by, at most 31 days.
    pub advance_seconds: u32,
}

/// The response of `GET` and `POST /demo/clock`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoClockResponse {
    /// The present time of the portal.
    pub now: Time,
    /// How far the portal's clock is ahead of the system clock, in seconds.
    pub ahead_seconds: u64,
}

/// A message of the demo that is not sent. `GET /demo/outbox` lists them, latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// The kind of the message.
    pub kind: MessageKind,
    /// The time at which it would have been sent.
    pub at: Time,
    /// The email address or phone number of the recipient.
    pub to: String,
    /// The subject. Empty for text messages.
    pub subject: String,
    /// The text of the message.
    pub text: String,
}

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// An email.
    Mail,
    /// A text message.
    Sms,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}
