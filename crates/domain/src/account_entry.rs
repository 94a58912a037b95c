//! The audit trail of an account, and which of its events are notified to the owner.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::activity::Event;
use crate::ids::{AccountEntryId, AccountId};

/// How long the entries of an account are kept.
pub const ACCOUNT_ENTRY_RETENTION: SignedDuration = SignedDuration::from_hours(400 * 24);

/// How many consecutive wrong codes are notified to the owner. Whoever types them knows the password.
pub const NOTIFY_AFTER_WRONG_CODES: u32 = 5;
/// How many wrong passwords within [`WRONG_PASSWORD_PERIOD`] are notified to the owner.
pub const NOTIFY_AFTER_WRONG_PASSWORDS: u32 = 20;
/// The period in which wrong passwords are counted, from the first one.
pub const WRONG_PASSWORD_PERIOD: SignedDuration = SignedDuration::from_hours(24);

/// An event of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AccountEvent {
    /// A second factor was enrolled.
    SecondFactorEnrolled,
    /// The second factor was replaced by another one.
    SecondFactorReplaced,
    /// The second factor was blocked after too many consecutive wrong codes.
    SecondFactorBlocked,
    /// [`NOTIFY_AFTER_WRONG_CODES`] wrong codes in a row were tried.
    WrongCodes,
    /// [`NOTIFY_AFTER_WRONG_PASSWORDS`] wrong passwords were tried within a day.
    WrongPasswords,
    /// An authorised window was opened with a code.
    #[serde(rename = "unlocked")]
    WindowOpened,
    /// An authorised window was opened with a recovery code, which cannot be used again.
    RecoveryCodeUsed {
        /// The number of unused recovery codes.
        left: u32,
    },
    /// The recovery codes were displayed.
    RecoveryCodesViewed,
    /// The recovery codes were replaced by new ones.
    RecoveryCodesRegenerated,
    /// The operator set a new password.
    PasswordSet,
    /// The operator disabled the account.
    Disabled,
    /// The operator enabled the account.
    Enabled,
    /// The operator made the owner a support agent.
    #[serde(rename = "support_agent_made")]
    SupportAgentGranted,
    /// The operator removed the owner from the support agents.
    #[serde(rename = "support_agent_no_more")]
    SupportAgentRevoked,
    /// The operator restored the portal from a backup, which made the recovery codes void.
    RecoveryCodesVoided,
}

impl AccountEvent {
    /// Returns whether the owner is notified by email and in the portal. Other events are only recorded.
    #[must_use]
    pub const fn notifies_owner(self) -> bool {
        !matches!(self, Self::WindowOpened)
    }

    /// Returns the event to record in the activity of the account's apps, if any.
    #[must_use]
    pub const fn as_activity(self) -> Option<Event> {
        match self {
            Self::SecondFactorEnrolled => Some(Event::SecondFactorEnrolled),
            Self::SecondFactorReplaced => Some(Event::SecondFactorReplaced),
            Self::SecondFactorBlocked => Some(Event::SecondFactorBlocked),
            Self::RecoveryCodeUsed { left } => Some(Event::RecoveryCodeUsed { left }),
            Self::RecoveryCodesRegenerated => Some(Event::RecoveryCodesRegenerated),
            Self::WrongCodes
            | Self::WrongPasswords
            | Self::WindowOpened
            | Self::RecoveryCodesViewed
            | Self::PasswordSet
            | Self::Disabled
            | Self::Enabled
            | Self::SupportAgentGranted
            | Self::SupportAgentRevoked
            | Self::RecoveryCodesVoided => None,
        }
    }
}

/// An entry of the audit trail. Entries are append-only; dismissing one hides its notice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct AccountEntry {
    /// The id of the entry.
    pub id: AccountEntryId,
    /// The account.
    pub account: AccountId,
    /// The time of the event.
    pub at: Timestamp,
    /// The device that caused the event, such as "Firefox on Linux".
    pub device: String,
    /// The event.
    pub event: AccountEvent,
}
