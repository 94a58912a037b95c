//! The Deployment Package Repository.

use serde::{Deserialize, Serialize};

use crate::{Person, Time};

/// What names a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackageRef {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The runtime it was built for.
    pub runtime_version: String,
    /// Its file's name.
    pub file_name: String,
}

/// A deployment package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Package {
    /// Its id.
    pub id: String,
    /// Its file's name.
    pub file_name: String,
    /// Its version (`ModelVersion`).
    pub version: String,
    /// The runtime it was built for (`RuntimeVersion`).
    pub runtime_version: String,
    /// `ProjectName`.
    pub project_name: String,
    /// `Description`.
    pub description: String,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// Who uploaded it.
    pub uploaded_by: Person,
    /// When.
    pub created_at: Time,
    /// When it expires; absent while something keeps it.
    pub expires_at: Option<Time>,
    /// The slugs of the environments it lies on, in promotion order.
    pub runs_on: Vec<String>,
    /// Its constants.
    pub constants: Vec<Constant>,
    /// Its scheduled events.
    pub scheduled_events: Vec<String>,
}

/// What a manifest says that gives no version.
const UNVERSIONED: &str = "unversioned";

impl PackageRef {
    /// What people call it: its version or, without one, its file.
    #[must_use]
    pub fn name(&self) -> &str {
        name(&self.version, &self.file_name)
    }
}

fn name<'a>(version: &'a str, file_name: &'a str) -> &'a str {
    if version == UNVERSIONED { file_name } else { version }
}

impl Package {
    /// What people call it: its version or, without one, its file.
    #[must_use]
    pub fn name(&self) -> &str {
        name(&self.version, &self.file_name)
    }

    /// Its short form.
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
    /// Its name.
    pub name: String,
    /// Its type, in the vendor's words.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// Its value unless an environment sets another.
    pub default_value: String,
}
