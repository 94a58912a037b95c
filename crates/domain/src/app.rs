//! Apps and their teams.

use std::collections::BTreeMap;

use strum::{EnumString, IntoStaticStr};

use crate::environment::{Environment, EnvironmentState};
use crate::ids::{AccountId, AppId, EnvironmentId};
use crate::permission::{Permission, PermissionSet};
use crate::slug::Slug;

/// Whether packages must be promoted through the environments one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
#[strum(serialize_all = "snake_case")]
pub enum Promotion {
    /// A package may be deployed to an environment only if it has run on the previous one.
    #[default]
    Strict,
    /// Any package may be deployed to any environment.
    Free,
}

/// An app, which has packages, environments and a team.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct App {
    /// The id of the app.
    pub id: AppId,
    /// The name of the app in URLs.
    pub slug: Slug,
    /// The display name of the app.
    pub name: String,
    /// The promotion rule of the app.
    pub promotion: Promotion,
    /// The account that holds every permission on every environment.
    pub technical_contact: AccountId,
}

/// The environments of a new app in promotion order: name, slug and whether the environment is protected.
pub const DEFAULT_ENVIRONMENTS: [(&str, &str, bool); 3] =
    [("Test", "test", false), ("Acceptance", "acceptance", false), ("Production", "production", true)];

/// The number of characters in a label of a host name (RFC 1035 §2.3.4).
const MAX_LABEL_LENGTH: usize = 63;

// The address of an environment contains the label `{environment}--{app}`, whatever the slug of the app is.
const _: () = {
    let mut environments: &[_] = &DEFAULT_ENVIRONMENTS;
    while let [(_, slug, _), rest @ ..] = environments {
        assert!(slug.len() + "--".len() + Slug::MAX_LENGTH <= MAX_LABEL_LENGTH);
        environments = rest;
    }
};

impl App {
    /// Creates the [`DEFAULT_ENVIRONMENTS`] of a new app, all empty.
    #[must_use]
    pub fn default_environments(&self, ids: [EnvironmentId; DEFAULT_ENVIRONMENTS.len()]) -> Vec<Environment> {
        let environments = DEFAULT_ENVIRONMENTS.into_iter().zip(ids).zip(0..);
        let created = environments.filter_map(|(((name, slug, protected), id), position)| {
            // Never fails: a test checks that the slugs above are valid.
            let slug = slug.parse().ok()?;
            let (app, name, state) = (self.id, name.to_owned(), EnvironmentState::Empty);
            Some(Environment { id, app, slug, name, position, protected, state, active_deployment: None, revision: 0 })
        });
        created.collect()
    }

    /// Creates a membership with every permission on `environments` except Manage Permissions, and except API Rights on
    /// protected ones: the Technical Contact grants those two.
    #[must_use]
    pub fn new_member<'a>(
        &self,
        account: AccountId,
        environments: impl IntoIterator<Item = &'a Environment>,
    ) -> Membership {
        let defaults = PermissionSet::ALL.without(Permission::ManagePermissions);
        let granted = |environment: &Environment| {
            if environment.protected { defaults.without(Permission::ApiRights) } else { defaults }
        };
        Membership {
            app: self.id,
            account,
            technical_contact: account == self.technical_contact,
            deploy_permissions: true,
            deactivated: false,
            granted: environments.into_iter().map(|environment| (environment.id, granted(environment))).collect(),
        }
    }
}

/// The membership of an account in the team of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct Membership {
    /// The app.
    pub app: AppId,
    /// The account.
    pub account: AccountId,
    /// Whether the account is the app's Technical Contact.
    pub technical_contact: bool,
    /// Whether the app-team role includes Deploy Permissions. Without them, `granted` has no effect.
    pub deploy_permissions: bool,
    /// Whether the member is deactivated. The member keeps the granted permissions but cannot use them.
    pub deactivated: bool,
    /// The permissions granted to the member, by environment.
    pub granted: BTreeMap<EnvironmentId, PermissionSet>,
}

impl Membership {
    /// Returns the effective permissions on an environment of the app.
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

    /// Returns whether there is an environment of the app on which the member holds all of these permissions.
    #[must_use]
    pub fn holds_on_one_environment(&self, permissions: &[Permission]) -> bool {
        let holds = |set: &PermissionSet| permissions.iter().all(|permission| set.contains(*permission));
        !self.deactivated && (self.technical_contact || self.deploy_permissions && self.granted.values().any(holds))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn shop() -> (App, Vec<Environment>) {
        let id = AppId::new(Timestamp::UNIX_EPOCH, [0; 10]);
        let contact = AccountId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        let (slug, name) = ("shop".parse().unwrap(), "Shop".to_owned());
        let app = App { id, slug, name, promotion: Promotion::Strict, technical_contact: contact };
        let ids = [1, 2, 3].map(|n| EnvironmentId::new(Timestamp::UNIX_EPOCH, [n; 10]));
        let environments = app.default_environments(ids);
        (app, environments)
    }

    #[test]
    fn a_new_app_has_three_environments_of_which_the_last_is_protected() {
        let (_, environments) = shop();
        let created: Vec<_> = environments.iter().map(|e| (e.name.as_str(), e.slug.as_str(), e.position)).collect();
        assert_eq!(created, [("Test", "test", 0), ("Acceptance", "acceptance", 1), ("Production", "production", 2)]);
        assert_eq!(environments.iter().map(|e| e.protected).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn a_new_member_holds_the_default_permissions_on_the_given_environments_only() {
        let (app, environments) = shop();
        let dana = AccountId::new(Timestamp::UNIX_EPOCH, [2; 10]);
        let member = app.new_member(dana, environments.iter().skip(1));
        let on = |index: usize| member.permissions(environments[index].id);
        assert_eq!(on(0), PermissionSet::NONE);
        assert_eq!(on(1), PermissionSet::ALL.without(Permission::ManagePermissions));
        assert_eq!(on(2), on(1).without(Permission::ApiRights));
        assert!(!member.technical_contact);
        let contact = app.new_member(app.technical_contact, &environments);
        assert_eq!(contact.permissions(environments[2].id), PermissionSet::ALL);
    }
}
