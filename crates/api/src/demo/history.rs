//! What happened in the demo's apps in the thirty days before it began.

use std::collections::BTreeMap;

use padlock_domain::Timestamp;
use padlock_domain::activity::{Entry, Event};
use padlock_domain::app::{App, Membership, Promotion};
use padlock_domain::deployment::{Completion, Deployment, StageStart};
use padlock_domain::environment::{Environment, Release, Slot};
use padlock_domain::ids::{AccountId, ActivityId, AppId, DeploymentId, EnvironmentId};
use padlock_domain::package::Package;
use padlock_domain::permission::{Permission, PermissionSet};

use super::people::People;
use super::{SeedError, ago, data};
use crate::ports::Ports;
use crate::ports::Transaction;

pub(super) struct Version {
    pub(super) number: &'static str,
    pub(super) runtime: &'static str,
    pub(super) description: &'static str,
    pub(super) uploaded_by: &'static str,
    pub(super) uploaded_hours_ago: i64,
    /// Name, type, default value, description.
    pub(super) constants: &'static [(&'static str, &'static str, &'static str, &'static str)],
    pub(super) events: &'static [&'static str],
    /// Environment (by its place), by whom, hours ago.
    pub(super) deployed: &'static [(usize, &'static str, i64)],
}

pub(super) struct AppStory {
    pub(super) slug: &'static str,
    contact: &'static str,
    /// Who else, with the permissions on Test, Acceptance and Production.
    members: &'static [(&'static str, [PermissionSet; 3])],
    versions: &'static [Version],
    /// Whether what lies on Production is stopped.
    production_stopped: bool,
}

const NONE: PermissionSet = PermissionSet::NONE;
const USUAL: PermissionSet = PermissionSet::ALL.without(Permission::ManagePermissions);
const WATCHER: PermissionSet = NONE.with(Permission::TransportRights).with(Permission::AccessToMonitoring);

const CURRENCY: (&str, &str, &str, &str) = ("Shop.Currency", "String", "EUR", "ISO 4217 code of all prices");
const PAYMENT: (&str, &str, &str, &str) =
    ("Shop.PaymentUrl", "String", "https://payments.example/v1", "Where payments are made");
const PAYMENT_2: (&str, &str, &str, &str) =
    ("Shop.PaymentUrl", "String", "https://payments.example/v2", "Where payments are made");
const SHIPPING: (&str, &str, &str, &str) =
    ("Shop.FreeShippingFrom", "Decimal", "50.00", "Orders from this amount ship free of charge");

pub(super) const APPS: &[AppStory] = &[
    AppStory {
        slug: "shop",
        contact: "tess",
        members: &[("omar", [USUAL, USUAL, USUAL]), ("dana", [USUAL, USUAL, NONE]), ("ines", [NONE, WATCHER, NONE])],
        versions: &[
            Version {
                number: "1.0.0",
                runtime: "10.6.1",
                description: "The first shop",
                uploaded_by: "dana",
                uploaded_hours_ago: 29 * 24,
                constants: &[CURRENCY, PAYMENT],
                events: &["Shop.ExpireCarts"],
                deployed: &[(0, "dana", 29 * 24 - 1), (1, "dana", 28 * 24), (2, "tess", 27 * 24)],
            },
            Version {
                number: "1.1.0",
                runtime: "10.6.1",
                description: "Wish lists",
                uploaded_by: "omar",
                uploaded_hours_ago: 23 * 24,
                constants: &[CURRENCY, PAYMENT],
                events: &["Shop.ExpireCarts", "Shop.MailWishLists"],
                deployed: &[(0, "omar", 23 * 24 - 2), (1, "omar", 21 * 24), (2, "tess", 20 * 24)],
            },
            Version {
                number: "1.2.0",
                runtime: "10.6.8",
                description: "Free shipping, and the new payment service",
                uploaded_by: "dana",
                uploaded_hours_ago: 6 * 24,
                constants: &[CURRENCY, PAYMENT_2, SHIPPING],
                events: &["Shop.ExpireCarts", "Shop.MailWishLists"],
                deployed: &[(0, "dana", 6 * 24 - 1), (1, "dana", 4 * 24 + 3)],
            },
        ],
        production_stopped: false,
    },
    AppStory {
        slug: "crm",
        contact: "tess",
        members: &[("dana", [USUAL, NONE, NONE])],
        versions: &[Version {
            number: "0.9.0",
            runtime: "10.6.1",
            description: "Contacts and calls",
            uploaded_by: "dana",
            uploaded_hours_ago: 12 * 24,
            constants: &[("Crm.MailFrom", "String", "crm@padlock.example", "Sender of all mail")],
            events: &[],
            deployed: &[(0, "dana", 12 * 24 - 1), (1, "tess", 9 * 24)],
        }],
        production_stopped: false,
    },
    AppStory {
        slug: "intranet",
        contact: "omar",
        members: &[("ines", [NONE, NONE, NONE])],
        versions: &[Version {
            number: "4.0.2",
            runtime: "9.24.3",
            description: "",
            uploaded_by: "omar",
            uploaded_hours_ago: 30 * 24 - 5,
            constants: &[],
            events: &["Intranet.Digest"],
            deployed: &[(0, "omar", 29 * 24), (1, "omar", 26 * 24), (2, "omar", 25 * 24)],
        }],
        production_stopped: true,
    },
];

impl AppStory {
    /// Adds the app with its team, its environments, its packages and what was done with them.
    pub(super) async fn tell(&self, ports: &Ports, tx: &mut dyn Transaction, people: &People) -> Result<(), SeedError> {
        let born = ago(ports.now(), 24 * 40);
        let app = App {
            id: AppId::new(born, ports.random()),
            slug: self.slug.parse().map_err(data)?,
            name: self.slug.to_owned(),
            promotion: Promotion::Strict,
            technical_contact: people.id(self.contact)?,
        };
        let _ = tx.add_app(&app).await?;
        let mut environments =
            app.first_environments(std::array::from_fn(|_| EnvironmentId::new(born, ports.random())));
        let mut done = Vec::new();
        for version in self.versions {
            let package = self.add_package(ports, tx, app.id, version, people).await?;
            let event = Event::PackageUploaded {
                version: package.manifest.version.clone(),
                file_name: package.file_name.clone(),
            };
            tx.add_activity(&entry(ports, app.id, None, package.uploaded_by, package.created_at, event)).await?;
            for (place, by, hours) in version.deployed {
                done.push((ago(ports.now(), *hours), *place, people.id(by)?, package.clone()));
            }
        }
        done.sort_by_key(|(at, ..)| *at);

        let mut deployments = Vec::new();
        for (at, place, by, package) in done {
            let from = place.checked_sub(1).and_then(|p| environments.get(p)).map(|e| e.id);
            let stopped = self.production_stopped && place == 2;
            let environment = environments.get_mut(place).ok_or_else(|| data("there is no such environment"))?;
            let deployment = deployment(ports, environment, from, by, &package, at);
            let release = Release { deployment: deployment.id, package: package.to_ref(), since: at };
            environment.slot = if stopped { Slot::Stopped(release) } else { Slot::Running(release) };
            deployments.push((deployment, package));
        }
        for environment in &environments {
            let _ = tx.add_environment(environment).await?;
        }
        self.add_team(tx, &app, &environments, people).await?;
        for (deployment, package) in deployments {
            tx.add_deployment(&deployment).await?;
            tx.record_deployment(package.id, deployment.environment, true, deployment.created_at).await?;
            let version = package.manifest.version.clone();
            let replaced = deployment.replaces.as_ref().map(|p| p.version.clone());
            let event = match deployment.from {
                Some(_) => Event::Transported { version, replaced },
                None => Event::Deployed { version, replaced },
            };
            let (on, by, at) = (deployment.environment, deployment.requested_by, deployment.created_at);
            tx.add_activity(&entry(ports, app.id, Some(on), by, at, event)).await?;
        }
        for environment in &environments {
            if let Some(release) = environment.slot.release() {
                let reader = ports.blobs.open(release.package.id).await?;
                ports.runtime.unpack(release.deployment, reader).await?;
            }
        }
        Ok(())
    }

    async fn add_team(
        &self,
        tx: &mut dyn Transaction,
        app: &App,
        environments: &[Environment],
        people: &People,
    ) -> Result<(), SeedError> {
        let contact = (self.contact, [PermissionSet::ALL; 3]);
        for (short, sets) in self.members.iter().chain([&contact]) {
            let granted: BTreeMap<_, _> = environments.iter().map(|e| e.id).zip(*sets).collect();
            tx.add_membership(&Membership {
                app: app.id,
                account: people.id(short)?,
                technical_contact: *short == self.contact,
                deploy_permissions: sets.iter().any(|set| *set != NONE),
                deactivated: false,
                granted,
            })
            .await?;
        }
        Ok(())
    }
}

fn deployment(
    ports: &Ports,
    environment: &Environment,
    from: Option<EnvironmentId>,
    by: AccountId,
    package: &Package,
    at: Timestamp,
) -> Deployment {
    let mut deployment = Deployment {
        id: DeploymentId::new(at, ports.random()),
        app: environment.app,
        environment: environment.id,
        from,
        package: package.to_ref(),
        replaces: environment.slot.release().map(|r| r.package.clone()),
        start: true,
        requested_by: by,
        created_at: at,
        stages: Vec::new(),
        end: None,
    };
    deployment.stages = deployment.planned_stages().map(|stage| StageStart { stage, at }).collect();
    deployment.end = Some(Completion { at, outcome: Ok(()) });
    deployment
}

fn entry(
    ports: &Ports,
    app: AppId,
    environment: Option<EnvironmentId>,
    by: AccountId,
    at: Timestamp,
    event: Event,
) -> Entry {
    Entry { id: ActivityId::new(at, ports.random()), app, environment, account: Some(by), at, event }
}
