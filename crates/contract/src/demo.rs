//! What only the demo has: a clock that can be moved, and a look into the mail that it sends to nobody.

use serde::{Deserialize, Serialize};

use crate::Time;

/// `POST /demo/clock`: moves the portal's clock on. It never goes back; a restart puts it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdvanceClock {
    /// By so many seconds, at most 31 days at a time.
    pub advance_seconds: u32,
}

/// `GET /demo/clock`, and the answer to moving it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoClock {
    /// The portal's time.
    pub now: Time,
    /// How far it is ahead of the machine's, in seconds.
    pub ahead_seconds: u64,
}

/// `GET /demo/outbox`: what would have been sent, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Mail or text message.
    pub kind: MessageKind,
    /// When.
    pub at: Time,
    /// To whom.
    pub to: String,
    /// The subject; empty for text messages.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// By mail.
    Mail,
    /// By text message.
    Sms,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}
