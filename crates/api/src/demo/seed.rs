//! Writes the demo's data to an empty store.

use std::collections::BTreeMap;

use padlock_domain::activity::{Entry, Event};
use padlock_domain::deployment::{DeploymentEnd, StageStart};
use padlock_domain::package::sanitize_file_name;
use padlock_domain::{
    Account, AccountId, ActivityId, App, AppId, Deployment, DeploymentId, Environment, EnvironmentId, EnvironmentState,
    Membership, Package, PackageId, PackageLimits, Password, PasswordHash, PermissionSet, Promotion, Release,
    SignedDuration, Timestamp,
};

use super::error::SeedError;
use super::history::{APPS, DemoApp, DemoVersion};
use super::package;
use super::people::{PASSWORD, PEOPLE, SUPPORT_AGENT};
use crate::deployments::execution;
use crate::packages::archive;
use crate::ports::{Ports, StoreResult, Transaction};
use crate::unit_of_work::Committed;

/// Creates the demo's data unless the store has accounts already. All rows are added in one transaction. A crash before
/// its commit leaves only files without a row, which the next start of the server removes.
///
/// # Errors
/// Returns the first failure of a port, or [`SeedError::Data`].
#[tracing::instrument(skip_all)]
pub async fn seed(ports: &Ports) -> Result<(), SeedError> {
    if ports.store.read().await?.any_account().await? {
        return Ok(());
    }
    let password = Password::from_input(PASSWORD.to_owned()).map_err(SeedError::data)?;
    let hash = ports.hasher.hash(password).await?;
    let mut seeder = Seeder { ports, rows: Vec::new(), accounts: BTreeMap::new() };
    seeder.add_accounts(&hash)?;
    for app in APPS {
        seeder.add_app(app).await?;
    }
    let rows = &seeder.rows;
    let written: StoreResult<_> = ports
        .store
        .write(ports.clock.as_ref(), ports.entropy.as_ref(), |mut tx| async move {
            for row in rows {
                row.insert(&mut *tx).await?;
            }
            tx.commit(()).await
        })
        .await;
    written.map(Committed::into_value).map_err(SeedError::from)
}

/// A row of the demo's data.
enum Row {
    Account(Account),
    App(App),
    Environment(Environment),
    Membership(Membership),
    Package(Package),
    Deployment(Deployment),
    Activity(Entry),
}

impl Row {
    async fn insert(&self, tx: &mut dyn Transaction) -> StoreResult<()> {
        match self {
            Self::Account(account) => drop(tx.add_account(account).await?),
            Self::App(app) => drop(tx.add_app(app).await?),
            Self::Environment(environment) => drop(tx.add_environment(environment).await?),
            Self::Membership(membership) => tx.add_membership(membership).await?,
            Self::Package(package) => tx.add_package(package).await?,
            Self::Deployment(deployment) => {
                let (package, environment) = (deployment.package.id, deployment.environment);
                tx.add_deployment(deployment).await?;
                tx.record_deployment(package, environment, true, deployment.created_at).await?;
            }
            Self::Activity(entry) => tx.add_activity(entry).await?,
        }
        Ok(())
    }
}

/// Returns the files of all packages of the demo, the same ones at every call.
pub fn package_files() -> impl Iterator<Item = Vec<u8>> {
    let versions = APPS.iter().flat_map(|app| app.versions.iter().map(|version| (app.name, version)));
    versions.filter_map(|(name, version)| package::build(name, version).ok())
}

struct Seeder<'a> {
    ports: &'a Ports,
    /// What the store gets, in this order.
    rows: Vec<Row>,
    /// The accounts by the part of the login before the `@`.
    accounts: BTreeMap<&'static str, AccountId>,
}

impl Seeder<'_> {
    fn account(&self, name: &str) -> Result<AccountId, SeedError> {
        let id = self.accounts.get(name).copied();
        id.ok_or_else(|| SeedError::data(format!("nobody is called {name}")))
    }

    fn hours_ago(&self, hours: i64) -> Timestamp {
        let now = self.ports.now();
        now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(now)
    }

    fn add_accounts(&mut self, password: &PasswordHash) -> Result<(), SeedError> {
        for person in PEOPLE {
            let account = Account {
                id: AccountId::new(self.hours_ago(24 * 60), self.ports.random()),
                login: person.login.parse().map_err(SeedError::data)?,
                name: person.name.to_owned(),
                password_hash: password.clone(),
                disabled: false,
                support_agent: person.role == SUPPORT_AGENT,
            };
            self.accounts.insert(person.login.split('@').next().unwrap_or_default(), account.id);
            self.rows.push(Row::Account(account));
        }
        Ok(())
    }

    /// Adds an app with its team, environments, packages, deployments and audit trail.
    async fn add_app(&mut self, demo: &DemoApp) -> Result<(), SeedError> {
        let ports = self.ports;
        let created_at = self.hours_ago(24 * 40);
        let app = App {
            id: AppId::new(created_at, ports.random()),
            slug: demo.slug.parse().map_err(SeedError::data)?,
            name: demo.name.to_owned(),
            promotion: Promotion::Strict,
            technical_contact: self.account(demo.contact)?,
        };
        self.rows.push(Row::App(app.clone()));
        let mut environments = demo_environments(demo, &app, || EnvironmentId::new(created_at, ports.random()))?;
        let mut requests = Vec::new();
        for version in demo.versions {
            let package = self.add_package(demo, app.id, version).await?;
            let event = Event::PackageUploaded {
                package: Some(package.id),
                version: package.manifest.version.clone(),
                file_name: package.file_name.clone(),
            };
            self.add_activity(app.id, None, package.uploaded_by, package.created_at, event);
            for (position, name, hours) in version.deployments {
                requests.push((self.hours_ago(*hours), *position, self.account(name)?, package.clone()));
            }
        }
        requests.sort_by_key(|(at, ..)| *at);

        let mut deployments = Vec::new();
        for (at, position, account, package) in requests {
            let from = position.checked_sub(1).and_then(|p| environments.get(p)).map(|e| e.id);
            let stopped = demo.production_stopped && position + 1 == demo.environments.len();
            let environment =
                environments.get_mut(position).ok_or_else(|| SeedError::data("there is no such environment"))?;
            let deployment = finished_deployment(ports, environment, from, account, &package, at);
            let release = Release { deployment: deployment.id, package: package.to_ref(), since: at };
            environment.state =
                if stopped { EnvironmentState::Stopped(release) } else { EnvironmentState::Running(release) };
            deployments.push(deployment);
        }
        self.rows.extend(environments.iter().cloned().map(Row::Environment));
        self.add_team(demo, &app, &environments)?;
        for deployment in deployments {
            self.add_deployment(deployment);
        }
        for release in environments.iter().filter_map(|environment| environment.state.release()) {
            let reader = ports.blobs.open(release.package.id).await?;
            ports.runtime.unpack(release.deployment, reader, Box::new(|_, _| {})).await?;
        }
        Ok(())
    }

    async fn add_package(&mut self, demo: &DemoApp, app: AppId, version: &DemoVersion) -> Result<Package, SeedError> {
        let ports = self.ports;
        let bytes = package::build(demo.name, version).map_err(SeedError::data)?;
        let mut upload = ports.blobs.begin_upload().await?;
        upload.write(bytes.into()).await?;
        let staged = upload.finish().await?;
        let reader = staged.open().await?;
        let contents = archive::inspect(reader, staged.size(), &PackageLimits::default()).map_err(SeedError::data)?;
        let created_at = self.hours_ago(version.uploaded_hours_ago);
        let default_name = || format!("{}-{}.mda", demo.slug, version.number);
        let package = Package {
            id: PackageId::new(created_at, ports.random()),
            app,
            file_name: sanitize_file_name(&version.file_name.map_or_else(default_name, str::to_owned)),
            manifest: contents.manifest,
            has_index_page: contents.has_index_page,
            size: staged.size(),
            sha256: staged.sha256(),
            uploaded_by: self.account(version.uploaded_by)?,
            created_at,
        };
        staged.persist(package.id).await?;
        self.rows.push(Row::Package(package.clone()));
        Ok(package)
    }

    fn add_team(&mut self, demo: &DemoApp, app: &App, environments: &[Environment]) -> Result<(), SeedError> {
        let all = vec![PermissionSet::ALL; environments.len()];
        let contact = (demo.contact, all.as_slice());
        for (name, permissions) in demo.members.iter().chain([&contact]) {
            let membership = Membership {
                app: app.id,
                account: self.account(name)?,
                technical_contact: *name == demo.contact,
                deploy_permissions: permissions.iter().any(|set| *set != PermissionSet::NONE),
                deactivated: false,
                granted: environments.iter().map(|e| e.id).zip(permissions.iter().copied()).collect(),
            };
            self.rows.push(Row::Membership(membership));
        }
        Ok(())
    }

    fn add_deployment(&mut self, deployment: Deployment) {
        let (environment, at) = (Some(deployment.environment), deployment.created_at);
        let event = execution::succeeded_event(&deployment);
        self.add_activity(deployment.app, environment, deployment.requested_by, at, event);
        self.rows.push(Row::Deployment(deployment));
    }

    fn add_activity(
        &mut self,
        app: AppId,
        environment: Option<EnvironmentId>,
        account: AccountId,
        at: Timestamp,
        event: Event,
    ) {
        let id = ActivityId::new(at, self.ports.random());
        self.rows.push(Row::Activity(Entry { id, app, environment, account: Some(account), at, event }));
    }
}

/// Returns the environments of a demo app, empty. The last one is protected.
fn demo_environments(
    demo: &DemoApp,
    app: &App,
    new_id: impl Fn() -> EnvironmentId,
) -> Result<Vec<Environment>, SeedError> {
    let environment = |((name, slug), position): (&(&str, &str), u32)| {
        Ok(Environment {
            id: new_id(),
            app: app.id,
            slug: slug.parse().map_err(SeedError::data)?,
            name: (*name).to_owned(),
            position,
            protected: usize::try_from(position).is_ok_and(|position| position + 1 == demo.environments.len()),
            state: EnvironmentState::Empty,
            active_deployment: None,
            revision: 0,
        })
    };
    demo.environments.iter().zip(0..).map(environment).collect()
}

fn finished_deployment(
    ports: &Ports,
    environment: &Environment,
    from: Option<EnvironmentId>,
    requested_by: AccountId,
    package: &Package,
    at: Timestamp,
) -> Deployment {
    let mut deployment = Deployment {
        id: DeploymentId::new(at, ports.random()),
        app: environment.app,
        environment: environment.id,
        from,
        package: package.to_ref(),
        replaces: environment.state.release().map(|r| r.package.clone()),
        start: true,
        requested_by,
        created_at: at,
        stages: Vec::new(),
        end: None,
    };
    deployment.stages = deployment.planned_stages().map(|stage| StageStart { stage, at }).collect();
    deployment.end = Some(DeploymentEnd { at, outcome: Ok(()) });
    deployment
}
