//! Apps and the people in their teams.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::environment::{Environment, Slot};
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

/// What every app begins with, in promotion order: name, slug, and whether operations on it wear a padlock.
pub const FIRST_ENVIRONMENTS: [(&str, &str, bool); 3] =
    [("Test", "test", false), ("Acceptance", "acceptance", false), ("Production", "production", true)];

impl App {
    /// The environments that it begins with, all empty.
    #[must_use]
    pub fn first_environments(&self, ids: [EnvironmentId; FIRST_ENVIRONMENTS.len()]) -> Vec<Environment> {
        let made = FIRST_ENVIRONMENTS.into_iter().zip(ids).zip(0..).map(|(((name, slug, protected), id), position)| {
            // The slugs above are some; a test says so.
            let slug = slug.parse().ok()?;
            let (name, slot) = (name.to_owned(), Slot::Empty);
            Some(Environment { id, app: self.id, slug, name, position, protected, slot, job: None, revision: 0 })
        });
        made.flatten().collect()
    }

    /// A member who begins with everything on these environments but to manage permissions, and without API Rights on
    /// protected ones: those two are the Technical Contact's to give.
    #[must_use]
    pub fn new_member<'a>(
        &self,
        account: AccountId,
        environments: impl IntoIterator<Item = &'a Environment>,
    ) -> Membership {
        let usual = PermissionSet::ALL.without(Permission::ManagePermissions);
        let on = |environment: &Environment| {
            if environment.protected { usual.without(Permission::ApiRights) } else { usual }
        };
        Membership {
            app: self.id,
            account,
            technical_contact: account == self.technical_contact,
            deploy_permissions: true,
            deactivated: false,
            granted: environments.into_iter().map(|environment| (environment.id, on(environment))).collect(),
        }
    }
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
        let environments = app.first_environments(ids);
        (app, environments)
    }

    #[test]
    fn an_app_begins_with_three_environments_of_which_the_last_is_protected() {
        let (_, environments) = shop();
        let seen: Vec<_> = environments.iter().map(|e| (e.name.as_str(), e.slug.as_str(), e.position)).collect();
        assert_eq!(seen, [("Test", "test", 0), ("Acceptance", "acceptance", 1), ("Production", "production", 2)]);
        assert_eq!(environments.iter().map(|e| e.protected).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn a_new_member_holds_the_usual_where_told_and_nothing_elsewhere() {
        let (app, environments) = shop();
        let dana = AccountId::new(Timestamp::UNIX_EPOCH, [2; 10]);
        let member = app.new_member(dana, environments.iter().skip(1));
        let on = |at: usize| member.permissions(environments[at].id);
        assert_eq!(on(0), PermissionSet::NONE);
        assert_eq!(on(1), PermissionSet::ALL.without(Permission::ManagePermissions));
        assert_eq!(on(2), on(1).without(Permission::ApiRights));
        assert!(!member.technical_contact);
        let contact = app.new_member(app.technical_contact, &environments);
        assert_eq!(contact.permissions(environments[2].id), PermissionSet::ALL);
    }
}
