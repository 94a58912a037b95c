//! Activity: the audit trail of an app.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use crate::deployment::Failure;
use crate::ids::{AccountId, ActivityId, AppId, EnvironmentId, PackageId};

/// How long after the first of several downloads of a package by one person the others are counted in its entry.
pub const DOWNLOADS_MERGED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// How far the clocks of several machines may differ. Within it, an entry that is added later gets no earlier time, so that
/// entries stay in the order in which they were added.
pub const CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_mins(5);

const fn once() -> u32 {
    1
}

// Serde passes a reference.
#[expect(clippy::trivially_copy_pass_by_ref)]
const fn is_once(times: &u32) -> bool {
    *times == 1
}

/// An event of an app. It keeps versions and names as they were at the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(tag = "type", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A package was uploaded to the repository.
    PackageUploaded {
        /// The id of the package. Entries of earlier versions of Padlock have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        package: Option<PackageId>,
        /// The version of the package.
        version: String,
        /// The file name of the package.
        file_name: String,
    },
    /// A package was deleted from the repository.
    PackageDeleted {
        /// The version of the package.
        version: String,
        /// The file name of the package.
        file_name: String,
    },
    /// A package expired and was deleted.
    PackageExpired {
        /// The version of the package.
        version: String,
        /// The file name of the package.
        file_name: String,
    },
    /// A package was downloaded, once or several times within [`DOWNLOADS_MERGED_WITHIN`].
    PackageDownloaded {
        /// The id of the package. Entries of earlier versions of Padlock have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        package: Option<PackageId>,
        /// How many times it was downloaded.
        #[serde(default = "once", skip_serializing_if = "is_once")]
        times: u32,
        /// The version of the package.
        version: String,
        /// The file name of the package.
        file_name: String,
    },
    /// A package from the repository was deployed to an environment.
    Deployed {
        /// The id of the package. Entries of earlier versions of Padlock have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        package: Option<PackageId>,
        /// The deployed version.
        version: String,
        /// The version that it replaced, if any.
        replaced: Option<String>,
        /// The id of the package that it replaced.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaced_package: Option<PackageId>,
    },
    /// A package was transported from the previous environment.
    Transported {
        /// The id of the package. Entries of earlier versions of Padlock have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        package: Option<PackageId>,
        /// The deployed version.
        version: String,
        /// The version that it replaced, if any.
        replaced: Option<String>,
        /// The id of the package that it replaced.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaced_package: Option<PackageId>,
    },
    /// A deployment failed.
    DeploymentFailed {
        /// The id of the package. Entries of earlier versions of Padlock have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        package: Option<PackageId>,
        /// The version that was not deployed.
        version: String,
        /// Why the deployment failed.
        reason: Failure,
    },
    /// The environment was started, by a person or by recovery at the server's start.
    Started,
    /// The environment was stopped by a person.
    Stopped,
    /// The environment was restarted by a person.
    Restarted,
    /// The environment did not start.
    StartFailed,
    /// A member enrolled a second factor.
    SecondFactorEnrolled,
    /// A member's second factor was replaced by another.
    SecondFactorReplaced,
    /// A member's second factor was blocked by too many wrong codes.
    SecondFactorBlocked,
    /// A member opened an authorised window with a recovery code.
    RecoveryCodeUsed {
        /// The number of unused recovery codes.
        left: u32,
    },
    /// A member regenerated the recovery codes.
    RecoveryCodesRegenerated,
    /// The operator created the app.
    #[serde(rename = "app_made")]
    #[strum(serialize = "app_made")]
    AppCreated {
        /// The name of the app's Technical Contact.
        contact: String,
    },
    /// The operator added a member to the team.
    MemberAdded {
        /// The name of the member.
        name: String,
    },
    /// The operator set a new password for a member.
    PasswordSet {
        /// The name of the member.
        name: String,
    },
    /// The operator disabled a member's account.
    AccountDisabled {
        /// The name of the member.
        name: String,
    },
    /// The operator enabled a member's account.
    AccountEnabled {
        /// The name of the member.
        name: String,
    },
    /// The operator restored the portal from a backup: what happened after it was made is gone.
    Restored {
        /// When the backup was made.
        backup_made_at: Timestamp,
    },
}

/// An entry of the audit trail. Entries are append-only, except that the count of downloads grows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// The id of the entry, created from `at`: entries sorted by id are in chronological order.
    pub id: ActivityId,
    /// The app.
    pub app: AppId,
    /// The environment, for events of one environment.
    pub environment: Option<EnvironmentId>,
    /// The account that caused the event. `None` for events caused by the server or the operator.
    pub account: Option<AccountId>,
    /// The time of the event.
    pub at: Timestamp,
    /// The event.
    pub event: Event,
}

impl Event {
    /// The stable names of all kinds of events, as they are stored and as the API shows them.
    pub const KINDS: &'static [&'static str] = Self::VARIANTS;

    /// The kind of [`Event::PackageDownloaded`].
    pub const PACKAGE_DOWNLOADED: &'static str = "package_downloaded";

    /// Returns the stable name of the event's kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.into()
    }

    /// Returns the event with one download more, if it is a download of this package.
    #[must_use]
    pub fn with_another_download(&self, of: PackageId) -> Option<Self> {
        match self {
            Self::PackageDownloaded { package: Some(package), times, version, file_name } if *package == of => {
                let (version, file_name) = (version.clone(), file_name.clone());
                Some(Self::PackageDownloaded { package: Some(of), times: times.saturating_add(1), version, file_name })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_event_is_its_stored_type() {
        let (version, file_name) = (String::from("1"), String::from("a.mda"));
        let name = String::from("Tess");
        let events = [
            Event::PackageUploaded { package: None, version: version.clone(), file_name: file_name.clone() },
            Event::PackageDeleted { version: version.clone(), file_name: file_name.clone() },
            Event::PackageExpired { version: version.clone(), file_name: file_name.clone() },
            Event::PackageDownloaded { package: None, times: 1, version: version.clone(), file_name },
            Event::Deployed { package: None, version: version.clone(), replaced: None, replaced_package: None },
            Event::Transported { package: None, version: version.clone(), replaced: None, replaced_package: None },
            Event::DeploymentFailed { package: None, version, reason: Failure::Internal },
            Event::Started,
            Event::Stopped,
            Event::Restarted,
            Event::StartFailed,
            Event::SecondFactorEnrolled,
            Event::SecondFactorReplaced,
            Event::SecondFactorBlocked,
            Event::RecoveryCodeUsed { left: 11 },
            Event::RecoveryCodesRegenerated,
            Event::AppCreated { contact: name.clone() },
            Event::MemberAdded { name: name.clone() },
            Event::PasswordSet { name: name.clone() },
            Event::AccountDisabled { name: name.clone() },
            Event::AccountEnabled { name },
            Event::Restored { backup_made_at: Timestamp::UNIX_EPOCH },
        ];
        let kinds: Vec<_> = events.iter().map(Event::kind).collect();
        assert_eq!(kinds, Event::KINDS);
        assert!(Event::KINDS.contains(&Event::PACKAGE_DOWNLOADED));
        for event in events {
            assert_eq!(serde_json::to_value(&event).unwrap()["type"], event.kind());
        }
    }
}
