//! What happens to an account: its own audit trail, and what its owner has to be told of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::activity::Event;
use crate::ids::{AccountEntryId, AccountId};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AccountEvent {
    /// A second factor was enrolled.
    SecondFactorEnrolled,
    /// Another took the place of the one before.
    SecondFactorReplaced,
    /// Too many wrong codes in a row blocked it.
    SecondFactorBlocked,
    /// The padlock was opened with a code.
    Unlocked,
    /// The padlock was opened with a recovery code, which is struck off.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
    },
    /// The recovery codes were looked at.
    RecoveryCodesViewed,
    /// New recovery codes took the place of the old ones.
    RecoveryCodesRegenerated,
    /// The operator set another password.
    PasswordSet,
    /// The operator disabled the account.
    Disabled,
    /// The operator let it sign in again.
    Enabled,
    /// The operator made its owner a support agent.
    SupportAgentMade,
    /// The operator took that away.
    SupportAgentNoMore,
}

impl AccountEvent {
    /// Whether its owner is told, by mail and in the portal. The rest is only written down.
    #[must_use]
    pub const fn notifies_owner(self) -> bool {
        !matches!(self, Self::Unlocked)
    }

    /// How it stands in the activity of the apps whose team the account is in, if it does.
    #[must_use]
    pub const fn as_activity(self) -> Option<Event> {
        match self {
            Self::SecondFactorEnrolled => Some(Event::SecondFactorEnrolled),
            Self::SecondFactorReplaced => Some(Event::SecondFactorReplaced),
            Self::SecondFactorBlocked => Some(Event::SecondFactorBlocked),
            Self::RecoveryCodeUsed { left } => Some(Event::RecoveryCodeUsed { left }),
            Self::RecoveryCodesRegenerated => Some(Event::RecoveryCodesRegenerated),
            Self::Unlocked
            | Self::RecoveryCodesViewed
            | Self::PasswordSet
            | Self::Disabled
            | Self::Enabled
            | Self::SupportAgentMade
            | Self::SupportAgentNoMore => None,
        }
    }
}

/// One entry. Entries are only ever added; dismissing one hides its notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// Its id.
    pub id: AccountEntryId,
    /// Whose account.
    pub account: AccountId,
    /// When.
    pub at: Timestamp,
    /// On what device: "Firefox on Linux".
    pub device: String,
    /// What.
    pub event: AccountEvent,
}
