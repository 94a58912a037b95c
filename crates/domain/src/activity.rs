//! Activity: an app's audit trail.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::deployment::Failure;
use crate::ids::{AccountId, ActivityId, AppId, EnvironmentId};

/// What happened. Versions and names are kept as they were then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
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
}

/// One entry. Entries are only ever added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: ActivityId,
    /// The app.
    pub app: AppId,
    /// The environment, if it is about one.
    pub environment: Option<EnvironmentId>,
    /// Who did it; none for what the server did by itself.
    pub account: Option<AccountId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}
