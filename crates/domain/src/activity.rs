//! Activity: an app's audit trail.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use crate::deployment::Failure;
use crate::ids::{AccountId, ActivityId, AppId, EnvironmentId};

/// What happened. Versions and names are kept as they were then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(tag = "type", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A package came into the repository.
    PackageUploaded {
        /// Its version.
        version: String,
        /// Its file's name.
        file_name: String,
    },
    /// A package was deleted from it.
    PackageDeleted {
        /// Its version.
        version: String,
        /// Its file's name.
        file_name: String,
    },
    /// A package expired.
    PackageExpired {
        /// Its version.
        version: String,
        /// Its file's name.
        file_name: String,
    },
    /// A package was downloaded.
    PackageDownloaded {
        /// Its version.
        version: String,
        /// Its file's name.
        file_name: String,
    },
    /// A package from the repository was put onto an environment.
    Deployed {
        /// The new version.
        version: String,
        /// The version before it.
        replaced: Option<String>,
    },
    /// A package was carried onwards from the environment before.
    Transported {
        /// The new version.
        version: String,
        /// The version before it.
        replaced: Option<String>,
    },
    /// A deployment failed.
    DeploymentFailed {
        /// The version that did not get there.
        version: String,
        /// Why.
        reason: Failure,
    },
    /// Started by hand.
    Started,
    /// Stopped by hand.
    Stopped,
    /// Restarted by hand.
    Restarted,
    /// A start failed.
    StartFailed,
    /// A member enrolled a second factor.
    SecondFactorEnrolled,
    /// A member's second factor was replaced by another.
    SecondFactorReplaced,
    /// A member's second factor was blocked by too many wrong codes.
    SecondFactorBlocked,
    /// A member opened the padlock with a recovery code.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
    },
    /// A member made new recovery codes.
    RecoveryCodesRegenerated,
    /// The operator made the app.
    AppMade {
        /// Who became its Technical Contact.
        contact: String,
    },
    /// The operator took a member into the team.
    MemberAdded {
        /// The member's name.
        name: String,
    },
    /// The operator set another password for a member.
    PasswordSet {
        /// The member's name.
        name: String,
    },
    /// The operator disabled a member's account.
    AccountDisabled {
        /// The member's name.
        name: String,
    },
    /// The operator let a member's account sign in again.
    AccountEnabled {
        /// The member's name.
        name: String,
    },
}

/// One entry. Entries are only ever added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id, made at `at`: in the order of their ids, entries are in the order of time.
    pub id: ActivityId,
    /// The app.
    pub app: AppId,
    /// The environment, if it is about one.
    pub environment: Option<EnvironmentId>,
    /// Who did it; none for what the server did by itself or the operator told it to do.
    pub account: Option<AccountId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

impl Event {
    /// The stable names of all kinds of events, as they are stored and as the API shows them.
    pub const KINDS: &'static [&'static str] = Self::VARIANTS;

    /// Returns the stable name of the event's kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_the_word_it_is_stored_under() {
        let (version, file_name) = (String::from("1"), String::from("a.mda"));
        let name = String::from("Tess");
        let events = [
            Event::PackageUploaded { version: version.clone(), file_name: file_name.clone() },
            Event::PackageDeleted { version: version.clone(), file_name: file_name.clone() },
            Event::PackageExpired { version: version.clone(), file_name: file_name.clone() },
            Event::PackageDownloaded { version: version.clone(), file_name },
            Event::Deployed { version: version.clone(), replaced: None },
            Event::Transported { version: version.clone(), replaced: None },
            Event::DeploymentFailed { version, reason: Failure::Internal },
            Event::Started,
            Event::Stopped,
            Event::Restarted,
            Event::StartFailed,
            Event::SecondFactorEnrolled,
            Event::SecondFactorReplaced,
            Event::SecondFactorBlocked,
            Event::RecoveryCodeUsed { left: 11 },
            Event::RecoveryCodesRegenerated,
            Event::AppMade { contact: name.clone() },
            Event::MemberAdded { name: name.clone() },
            Event::PasswordSet { name: name.clone() },
            Event::AccountDisabled { name: name.clone() },
            Event::AccountEnabled { name },
        ];
        let kinds: Vec<_> = events.iter().map(Event::kind).collect();
        assert_eq!(kinds, Event::KINDS);
        for event in events {
            assert_eq!(serde_json::to_value(&event).unwrap()["type"], event.kind());
        }
    }
}
