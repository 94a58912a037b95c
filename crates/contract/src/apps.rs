//! Apps.

use serde::{Deserialize, Serialize};

use crate::environments::{Health, Status};
use crate::{Person, Promotion};

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
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub promotion: Promotion,
    /// Whom to ask for permissions.
    pub technical_contact: Person,
    /// Its environments in promotion order.
    pub environments: Vec<EnvironmentSummary>,
    /// Whether I may upload and delete packages, and if not, why.
    pub packages: PackageRights,
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
