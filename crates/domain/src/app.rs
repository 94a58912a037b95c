//! Apps and the people in their teams.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AppId, EnvironmentId};
use crate::permission::{Permission, PermissionSet};
use crate::slug::Slug;

/// Whether packages must climb the environments one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promotion {
    /// A package may go onto an environment only if it has run on the one before.
    #[default]
    Strict,
    /// Any package may go onto any environment.
    Free,
}

/// An app: packages, environments and a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Whether packages must climb.
    pub promotion: Promotion,
    /// The one person who holds every permission on every environment.
    pub technical_contact: AccountId,
}

/// A person's place in an app's team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The app.
    pub app: AppId,
    /// The person.
    pub account: AccountId,
    /// Whether this person is the app's Technical Contact.
    pub technical_contact: bool,
    /// Whether the app-team role includes Deploy Permissions: without it the matrix grants nothing.
    pub deploy_permissions: bool,
    /// A deactivated member keeps the row in the matrix and can do nothing.
    pub deactivated: bool,
    /// The person's row of the matrix.
    pub granted: BTreeMap<EnvironmentId, PermissionSet>,
}

impl Membership {
    /// What this person may do on an environment of the app, all told.
    #[must_use]
    pub fn permissions(&self, environment: EnvironmentId) -> PermissionSet {
        if self.deactivated {
            PermissionSet::NONE
        } else if self.technical_contact {
            PermissionSet::ALL
        } else if self.deploy_permissions {
            self.granted.get(&environment).copied().unwrap_or_default()
        } else {
            PermissionSet::NONE
        }
    }

    /// Whether this person holds `permission` on any environment of the app.
    #[must_use]
    pub fn holds_anywhere(&self, permission: Permission) -> bool {
        !self.deactivated
            && (self.technical_contact
                || self.deploy_permissions && self.granted.values().any(|set| set.holds(permission)))
    }
}
