//! Environments as the API shows them.

use std::collections::BTreeSet;

use padlock_contract::apps::EnvironmentSummary;
use padlock_contract::deployments::Deployment;
use padlock_contract::environments::{
    Environment, EnvironmentHealth, EnvironmentStatus, OperationStatus, PadlockState,
};
use padlock_contract::{Person, Time};
use padlock_domain::access::PadlockState as DomainPadlockState;
use padlock_domain::environment as domain;
use padlock_domain::{EnvironmentId, EnvironmentState, Grant, Operation, Timestamp};

use crate::auth::{AppAccess, AppTarget};
use crate::http::Result;
use crate::ports::Runtime;
use crate::refusals::access::reason_response;

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

/// The operations on an environment that have an endpoint, in the order of the table. A test compares them with the routes.
const OFFERED_OPERATIONS: [Operation; 7] = [
    Operation::ViewEnvironment,
    Operation::Deploy,
    Operation::Transport,
    Operation::Start,
    Operation::Stop,
    Operation::Restart,
    Operation::ViewHistory,
];

/// Returns an environment as the caller sees it, which the grant is for.
///
/// # Errors
/// Returns an internal error if the grant is for something else.
pub(crate) fn environment(
    grant: Grant,
    environment: &domain::Environment,
    access: &AppAccess,
    deployments: EnvironmentDeployments,
    serving: &Serving,
    runtime: &dyn Runtime,
    now: Timestamp,
) -> Result<Environment> {
    grant.consume(Operation::ViewEnvironment, environment.id)?;
    let operations = OFFERED_OPERATIONS
        .into_iter()
        .map(|operation| access.status(operation, AppTarget::Environment(environment), now))
        .map(|status| OperationStatus {
            name: status.operation.name().to_owned(),
            allowed: status.is_allowed(),
            padlock: match status.padlock {
                DomainPadlockState::None => PadlockState::None,
                DomainPadlockState::Closed => PadlockState::Closed,
                DomainPadlockState::Open => PadlockState::Open,
            },
            requires_fresh_code: status.requires_fresh_code,
            reasons: status
                .reasons
                .iter()
                .map(|reason| reason_response(reason, &environment.name, &access.technical_contact_name))
                .collect(),
        })
        .collect();
    let release = environment.state.release();
    Ok(Environment {
        id: environment.id.to_string(),
        slug: environment.slug.to_string(),
        name: environment.name.clone(),
        position: environment.position,
        protected: environment.protected,
        status: status(&environment.state),
        since: release.map(|r| r.since.into()),
        deployed_by: deployments.deployed_by,
        deployed_at: deployments.deployed_at,
        package: release.map(|r| (&r.package).into()),
        version: release.map(|r| r.package.version.clone()),
        runtime_version: release.map(|r| r.package.runtime_version.clone()),
        url: runtime.url(&access.app, environment),
        health: serving.health(environment),
        deployment: deployments.latest,
        operations,
    })
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
