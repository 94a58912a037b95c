//! Environments as the API shows them.

use std::collections::BTreeSet;

use padlock_contract::apps::EnvironmentSummary;
use padlock_contract::deployments::Deployment;
use padlock_contract::environments::{
    Environment, EnvironmentHealth, EnvironmentStatus, OperationStatus, PadlockState,
};
use padlock_contract::{Person, Time};
use padlock_domain::access::{self, Actor, PadlockState as DomainPadlockState};
use padlock_domain::environment as domain;
use padlock_domain::{App, EnvironmentId, EnvironmentState, Operation};

use crate::auth::errors::reason_response;
use crate::packages::responses::package_ref;
use crate::ports::{Ports, Runtime};

/// The deployments that an environment shows.
#[derive(Default)]
pub(crate) struct EnvironmentDeployments {
    /// The deployment in progress or else the latest one.
    pub(crate) latest: Option<Deployment>,
    /// Who deployed the present package.
    pub(crate) deployed_by: Option<Person>,
    /// When it was deployed.
    pub(crate) deployed_at: Option<Time>,
}

/// Returns an environment as `actor` sees it. `contact` is the name of the Technical Contact.
pub(crate) fn environment(
    environment: &domain::Environment,
    app: &App,
    actor: Actor<'_>,
    contact: &str,
    deployments: EnvironmentDeployments,
    serving: &Serving,
    ports: &Ports,
) -> Environment {
    let now = ports.now();
    let operations = Operation::environment_scoped()
        .map(|operation| access::operation_status(actor, operation, environment, now))
        .map(|status| OperationStatus {
            name: status.operation.name().to_owned(),
            allowed: status.is_allowed(),
            padlock: match status.padlock {
                DomainPadlockState::None => PadlockState::None,
                DomainPadlockState::Closed => PadlockState::Closed,
                DomainPadlockState::Open => PadlockState::Open,
            },
            requires_fresh_code: status.requires_fresh_code,
            reasons: status.reasons.iter().map(|r| reason_response(r, &environment.name, contact)).collect(),
        })
        .collect();
    let release = environment.state.release();
    Environment {
        id: environment.id.to_string(),
        slug: environment.slug.to_string(),
        name: environment.name.clone(),
        position: environment.position,
        protected: environment.protected,
        status: status(&environment.state),
        since: release.map(|r| r.since.into()),
        deployed_by: deployments.deployed_by,
        deployed_at: deployments.deployed_at,
        package: release.map(|r| package_ref(&r.package)),
        version: release.map(|r| r.package.version.clone()),
        runtime_version: release.map(|r| r.package.runtime_version.clone()),
        url: ports.runtime.url(app, environment),
        health: serving.health(environment),
        deployment: deployments.latest,
        operations,
    }
}

/// Returns an environment's summary.
pub(crate) fn environment_summary(environment: &domain::Environment, serving: &Serving) -> EnvironmentSummary {
    EnvironmentSummary {
        slug: environment.slug.to_string(),
        name: environment.name.clone(),
        status: status(&environment.state),
        health: serving.health(environment),
        version: environment.state.release().map(|r| r.package.version.clone()),
    }
}

const fn status(state: &EnvironmentState) -> EnvironmentStatus {
    match state {
        EnvironmentState::Empty => EnvironmentStatus::Empty,
        EnvironmentState::Stopped(_) => EnvironmentStatus::Stopped,
        EnvironmentState::Starting(_) => EnvironmentStatus::Starting,
        EnvironmentState::Running(_) => EnvironmentStatus::Running,
        EnvironmentState::Failed(_) => EnvironmentStatus::Failed,
    }
}

/// The environments that the runtime serves.
pub(crate) struct Serving(BTreeSet<EnvironmentId>);

impl Serving {
    /// Asks the runtime about these environments.
    pub(crate) async fn load(runtime: &dyn Runtime, environments: &[domain::Environment]) -> Self {
        let running = environments.iter().filter(|e| matches!(e.state, EnvironmentState::Running(_)));
        let running: Vec<_> = running.map(|environment| environment.id).collect();
        Self(runtime.serving(&running).await)
    }

    fn health(&self, environment: &domain::Environment) -> EnvironmentHealth {
        match environment.state {
            EnvironmentState::Empty | EnvironmentState::Stopped(_) | EnvironmentState::Starting(_) => {
                EnvironmentHealth::Off
            }
            EnvironmentState::Running(_) if self.0.contains(&environment.id) => EnvironmentHealth::Ok,
            EnvironmentState::Running(_) | EnvironmentState::Failed(_) => EnvironmentHealth::Critical,
        }
    }
}
