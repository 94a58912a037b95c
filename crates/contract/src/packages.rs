//! Packages of the Deployment Package Repository.

use serde::{Deserialize, Serialize};

use crate::{Person, Time};

/// The largest size of a package file, in bytes. The server refuses larger ones with [`ErrorCode::TooLarge`].
///
/// [`ErrorCode::TooLarge`]: crate::ErrorCode::TooLarge
pub const MAX_FILE_BYTES: u64 = padlock_domain::PackageLimits::DEFAULT_FILE_BYTES;

/// A reference to a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackageRef {
    /// The id of the package.
    pub id: String,
    /// The version of the package.
    pub version: String,
    /// The runtime version that the package was built for.
    pub runtime_version: String,
    /// The name of the file.
    pub file_name: String,
}

impl From<&padlock_domain::PackageRef> for PackageRef {
    fn from(package: &padlock_domain::PackageRef) -> Self {
        Self {
            id: package.id.to_string(),
            version: package.version.clone(),
            runtime_version: package.runtime_version.clone(),
            file_name: package.file_name.clone(),
        }
    }
}

/// A deployment package in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackageSummary {
    /// The id of the package.
    pub id: String,
    /// The name of the file.
    pub file_name: String,
    /// The version of the package (`ModelVersion`).
    pub version: String,
    /// The runtime version that the package was built for (`RuntimeVersion`).
    pub runtime_version: String,
    /// The name of the project (`ProjectName`).
    pub project_name: String,
    /// The description of the package (`Description`). Lists have its first 500 characters.
    pub description: String,
    /// What may not be as intended, although the package can be deployed.
    #[serde(default)]
    pub warnings: Vec<PackageWarning>,
    /// The size of the file, in bytes.
    pub size: u64,
    /// The SHA-256 hash of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// The person who uploaded the package.
    pub uploaded_by: Person,
    /// The time of the upload.
    pub created_at: Time,
    /// The time at which the package expires. `null` while the package is retained.
    pub expires_at: Option<Time>,
    /// The slugs of the environments that have the package, in promotion order.
    pub runs_on: Vec<String>,
    /// The environments to which it cannot be deployed because of the promotion rule, whoever asks.
    #[serde(default)]
    pub not_promoted: Vec<NotPromoted>,
}

/// An environment to which a package cannot be deployed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotPromoted {
    /// The slug of the environment.
    pub environment: String,
    /// Why not, and what to do first.
    pub message: String,
}

/// What may not be as intended in a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PackageWarning {
    /// The site has no `index.html`: its address is answered with 404.
    NoIndexPage,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

impl PackageWarning {
    /// Returns the warning as a sentence for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoIndexPage => "This package has no web/index.html. The address of the environment will answer 404.",
            Self::Unknown => "There may be something wrong with this package. Reload the page to see what.",
        }
    }
}

/// A deployment package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Package {
    /// What lists show of it too.
    #[serde(flatten)]
    pub summary: PackageSummary,
    /// The constants of the package.
    pub constants: Vec<Constant>,
    /// The names of the scheduled events.
    pub scheduled_events: Vec<String>,
}

/// The version in manifests of packages that were built without one.
const UNVERSIONED: &str = "unversioned";

impl PackageRef {
    /// Returns the display name: the version or, without one, the file name.
    #[must_use]
    pub fn name(&self) -> &str {
        display_name(&self.version, &self.file_name)
    }
}

fn display_name<'a>(version: &'a str, file_name: &'a str) -> &'a str {
    if version == UNVERSIONED { file_name } else { version }
}

impl PackageSummary {
    /// Returns the display name: the version or, without one, the file name.
    #[must_use]
    pub fn name(&self) -> &str {
        display_name(&self.version, &self.file_name)
    }

    /// Returns a reference to the package.
    #[must_use]
    pub fn to_ref(&self) -> PackageRef {
        PackageRef {
            id: self.id.clone(),
            version: self.version.clone(),
            runtime_version: self.runtime_version.clone(),
            file_name: self.file_name.clone(),
        }
    }
}

/// A constant that a package declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Constant {
    /// The name of the constant.
    pub name: String,
    /// The type of the constant, as the manifest names it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The description of the constant.
    pub description: String,
    /// The value used unless an environment sets another one.
    pub default_value: String,
}
