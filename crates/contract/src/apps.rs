//! Apps.

use serde::{Deserialize, Serialize};

use crate::Person;
use crate::environments::{EnvironmentHealth, EnvironmentStatus};

/// An app that the account is a member of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct App {
    /// The id of the app.
    pub id: String,
    /// The name of the app in URLs.
    pub slug: String,
    /// The display name of the app.
    pub name: String,
    /// The promotion rule of the app.
    pub promotion: Promotion,
    /// The Technical Contact, who grants permissions.
    pub technical_contact: Person,
    /// The environments, in promotion order.
    pub environments: Vec<EnvironmentSummary>,
    /// Whether the account may upload and delete packages.
    pub packages: PackagePermissions,
}

/// Whether packages must be promoted through the environments one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Promotion {
    /// A package may be deployed to an environment only if it has run on the previous one.
    Strict,
    /// Any package may be deployed to any environment.
    Free,
    /// A value that this build does not know.
    #[serde(other)]
    Unknown,
}

impl From<padlock_domain::app::Promotion> for Promotion {
    fn from(promotion: padlock_domain::app::Promotion) -> Self {
        match promotion {
            padlock_domain::app::Promotion::Strict => Self::Strict,
            padlock_domain::app::Promotion::Free => Self::Free,
        }
    }
}

/// A summary of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnvironmentSummary {
    /// The name of the environment in URLs.
    pub slug: String,
    /// The display name of the environment.
    pub name: String,
    /// The state of the environment.
    pub status: EnvironmentStatus,
    /// The health of the environment.
    pub health: EnvironmentHealth,
    /// The version of the deployed package, if any.
    pub version: Option<String>,
}

/// The account's permissions in the package repository of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackagePermissions {
    /// Whether the account may upload and delete packages.
    #[serde(rename = "edit")]
    pub allowed: bool,
    /// Why it may not. Empty if it may.
    pub reasons: Vec<crate::Reason>,
}
