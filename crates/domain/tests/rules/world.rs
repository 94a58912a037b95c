//! An app with a free and a protected environment, and everybody who might ask.

use std::collections::BTreeMap;

use padlock_domain::access::Actor;
use padlock_domain::app::{App, Membership, Promotion};
use padlock_domain::environment::{Environment, Release, Slot};
use padlock_domain::ids::{AccountId, AppId, DeploymentId, EnvironmentId, PackageId};
use padlock_domain::operation::{Operation, StateRequirement};
use padlock_domain::package::PackageRef;
use padlock_domain::permission::{Permission, PermissionSet};
use padlock_domain::session::SessionKind;
use padlock_domain::{SignedDuration, Timestamp};

/// Somebody in the team.
#[derive(Clone)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) is_contact: bool,
    pub(crate) deactivated: bool,
    /// Permissions by name, held on both environments.
    pub(crate) holds: Vec<String>,
    deploy_permissions: bool,
}

impl Role {
    /// The Technical Contact first, then everybody else.
    pub(crate) fn all() -> Vec<Self> {
        let role = |name: &str, holds: &[Permission]| Self {
            name: name.to_owned(),
            is_contact: false,
            deactivated: false,
            holds: holds.iter().map(|p| p.name().to_owned()).collect(),
            deploy_permissions: true,
        };
        let mut all = vec![
            Self { is_contact: true, ..role("contact", &[]) },
            Self { deactivated: true, ..role("deactivated", &Permission::ALL) },
            Self { deactivated: true, is_contact: true, ..role("deactivated contact", &[]) },
            role("nothing", &[]),
            role("everything", &Permission::ALL),
            role("script deployer", &[Permission::TransportRights, Permission::ApiRights]),
        ];
        all.extend(Permission::ALL.iter().map(|p| role(p.name(), &[*p])));
        // A role without Deploy Permissions holds nothing, whatever its row says.
        all.push(Self { deploy_permissions: false, ..role("no deploy permissions", &[]) });
        all
    }
}

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) app: App,
    pub(crate) test: Environment,
    pub(crate) production: Environment,
}

impl World {
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
            slot: Slot::Empty,
            job: None,
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
            Permission::ALL.into_iter().filter(|p| role.holds.iter().any(|name| name == p.name())).collect();
        let set = if role.deploy_permissions { set } else { PermissionSet::ALL };
        Membership {
            app: self.app.id,
            account: AccountId::new(self.now, [6; 10]),
            technical_contact: role.is_contact,
            deploy_permissions: role.deploy_permissions,
            deactivated: role.deactivated,
            granted: BTreeMap::from([(self.test.id, set), (self.production.id, set)]),
        }
    }

    pub(crate) fn actor<'a>(&self, membership: &'a Membership, bearer: bool, open: bool) -> Actor<'a> {
        Actor {
            membership,
            session_kind: if bearer { SessionKind::Bearer } else { SessionKind::Cookie },
            authorised_until: open.then(|| self.now + SignedDuration::from_hours(8)),
        }
    }

    /// The environment in a state that does not stand in the operation's way.
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
        let slot = match operation.rule().state {
            StateRequirement::Any | StateRequirement::NoJob => Slot::Empty,
            StateRequirement::Startable | StateRequirement::Stopped => Slot::Stopped(release),
            StateRequirement::Stoppable | StateRequirement::Running => Slot::Running(release),
        };
        Environment { slot, ..environment.clone() }
    }
}
