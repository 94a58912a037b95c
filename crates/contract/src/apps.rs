//! Apps.

use serde::{Deserialize, Serialize};

use crate::Person;
use crate::environments::{Health, Status};

/// An app that I belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct App {
    /// Its id.
    pub id: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether packages must climb the environments one by one.
    pub promotion: Promotion,
    /// Whom to ask for permissions.
    pub technical_contact: Person,
    /// Its environments in promotion order.
    pub environments: Vec<EnvironmentSummary>,
    /// Whether I may upload and delete packages, and if not, why.
    pub packages: PackageRights,
}

/// Whether packages must climb the environments one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Promotion {
    /// A package may go onto an environment only if it has run on the one before.
    Strict,
    /// Any package may go onto any environment.
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

/// What runs where, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnvironmentSummary {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub status: Status,
    /// How it does.
    pub health: Health,
    /// The version that lies there, if any.
    pub version: Option<String>,
}

/// What I may do in the Deployment Package Repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackageRights {
    /// Upload and delete.
    pub edit: bool,
    /// Why not; empty when I may.
    pub reasons: Vec<crate::Reason>,
}
