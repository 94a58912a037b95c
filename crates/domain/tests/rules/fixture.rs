//! An app with an unprotected and a protected environment, and members with every kind of permissions.

use std::collections::BTreeMap;

use padlock_domain::access::{Actor, Decision, authorise};
use padlock_domain::operation::StateRequirement;
use padlock_domain::{
    AccountId, App, AppId, CredentialKind, DeploymentId, Environment, EnvironmentId, EnvironmentState, Grant,
    Membership, Operation, PackageId, PackageRef, Permission, PermissionSet, Promotion, Release, SignedDuration,
    Timestamp,
};

use super::operations_table::Member;

#[derive(Clone)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) is_technical_contact: bool,
    pub(crate) deactivated: bool,
    /// The names of the permissions on both environments.
    pub(crate) permissions: Vec<String>,
    deploy_permissions: bool,
}

impl Role {
    /// Returns all roles, the Technical Contact first.
    pub(crate) fn all() -> Vec<Self> {
        let role = |name: &str, permissions: &[Permission]| Self {
            name: name.to_owned(),
            is_technical_contact: false,
            deactivated: false,
            permissions: permissions.iter().map(|p| p.name().to_owned()).collect(),
            deploy_permissions: true,
        };
        let mut roles = vec![
            Self { is_technical_contact: true, ..role("contact", &[]) },
            Self { deactivated: true, ..role("deactivated", Permission::ALL) },
            Self { deactivated: true, is_technical_contact: true, ..role("deactivated contact", &[]) },
            role("nothing", &[]),
            role("everything", Permission::ALL),
            role("script deployer", &[Permission::TransportRights, Permission::ApiRights]),
        ];
        roles.extend(Permission::ALL.iter().map(|p| role(p.name(), &[*p])));
        // Without Deploy Permissions, granted permissions have no effect.
        roles.push(Self { deploy_permissions: false, ..role("no deploy permissions", &[]) });
        roles
    }
}

impl Role {
    /// Returns the member as the table sees them.
    pub(crate) fn as_member(&self, credential: CredentialKind, open: bool) -> Member<'_> {
        Member {
            technical_contact: self.is_technical_contact,
            deactivated: self.deactivated,
            permissions: &self.permissions,
            browser: credential == CredentialKind::CookieSession,
            token: credential == CredentialKind::Token,
            open,
        }
    }
}

pub(crate) struct Fixture {
    pub(crate) now: Timestamp,
    pub(crate) app: App,
    pub(crate) test: Environment,
    pub(crate) production: Environment,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let app = AppId::new(now, [1; 10]);
        let environment = |slug: &str, position: u32, protected| Environment {
            id: EnvironmentId::new(now, [u8::try_from(position).unwrap(); 10]),
            app,
            slug: slug.parse().unwrap(),
            name: slug.to_owned(),
            position,
            protected,
            state: EnvironmentState::Empty,
            active_deployment: None,
            revision: 0,
        };
        Self {
            now,
            test: environment("test", 0, false),
            production: environment("production", 2, true),
            app: App {
                id: app,
                slug: "shop".parse().unwrap(),
                name: "shop".into(),
                promotion: Promotion::Strict,
                technical_contact: AccountId::new(now, [5; 10]),
            },
        }
    }

    pub(crate) fn membership(&self, role: &Role) -> Membership {
        let set: PermissionSet =
            Permission::ALL.iter().copied().filter(|p| role.permissions.iter().any(|name| name == p.name())).collect();
        let set = if role.deploy_permissions { set } else { PermissionSet::ALL };
        Membership {
            app: self.app.id,
            account: AccountId::new(self.now, [6; 10]),
            technical_contact: role.is_technical_contact,
            deploy_permissions: role.deploy_permissions,
            deactivated: role.deactivated,
            granted: BTreeMap::from([(self.test.id, set), (self.production.id, set)]),
        }
    }

    pub(crate) fn actor<'a>(&self, membership: &'a Membership, credential: CredentialKind, open: bool) -> Actor<'a> {
        Actor { membership, credential, authorised_until: open.then(|| self.now + SignedDuration::from_hours(8)) }
    }

    /// Returns the Technical Contact's grant for an operation, within an authorised window.
    pub(crate) fn grant(&self, operation: Operation, on: &Environment) -> Grant {
        let membership = self.membership(&Role::all()[0]);
        match authorise(self.actor(&membership, CredentialKind::CookieSession, true), operation, on, self.now) {
            Decision::Grant(grant) => grant,
            other => panic!("{other:?}"),
        }
    }

    /// Returns the environment in a state that allows the operation.
    pub(crate) fn ready_for(environment: &Environment, operation: Operation) -> Environment {
        let release = Release {
            deployment: DeploymentId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            package: PackageRef {
                id: PackageId::new(Timestamp::UNIX_EPOCH, [1; 10]),
                version: "1.0.0".into(),
                runtime_version: "10".into(),
                file_name: "shop.mda".into(),
            },
            since: Timestamp::UNIX_EPOCH,
        };
        let state = match operation.rule().state {
            StateRequirement::Any | StateRequirement::NoActiveDeployment => EnvironmentState::Empty,
            StateRequirement::Startable | StateRequirement::Stopped => EnvironmentState::Stopped(release),
            StateRequirement::Stoppable | StateRequirement::Running => EnvironmentState::Running(release),
        };
        Environment { state, ..environment.clone() }
    }
}
