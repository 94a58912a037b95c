//! Environments on the wire.

use padlock_contract::apps::EnvironmentSummary;
use padlock_contract::deployments::Deployment;
use padlock_contract::environments::{Environment, Health, OperationStatus, PadlockState, Status};
use padlock_domain::access::{self, Actor, PadlockState as DomainPadlockState};
use padlock_domain::app::App;
use padlock_domain::environment::{Environment as Domain, Slot};
use padlock_domain::operation::Operation;

use crate::auth::errors::reason_response;
use crate::packages::responses::package_ref;
use crate::ports::Ports;
use crate::ports::Runtime;

/// An environment's card for `actor`; `contact` is whom to ask.
pub(crate) fn card(
    of: &Domain,
    app: &App,
    actor: Actor<'_>,
    contact: &str,
    deployment: Option<Deployment>,
    ports: &Ports,
) -> Environment {
    let now = ports.now();
    let operations = Operation::of_environments()
        .map(|operation| access::operation_status(actor, operation, of, now))
        .map(|status| OperationStatus {
            name: status.operation.name().to_owned(),
            allowed: status.allowed,
            padlock: match status.padlock {
                DomainPadlockState::None => PadlockState::None,
                DomainPadlockState::Closed => PadlockState::Closed,
                DomainPadlockState::Open => PadlockState::Open,
            },
            fresh: status.fresh,
            reasons: status.reasons.iter().map(|r| reason_response(r, &of.name, contact)).collect(),
        })
        .collect();
    let release = of.slot.release();
    Environment {
        id: of.id.to_string(),
        slug: of.slug.to_string(),
        name: of.name.clone(),
        position: of.position,
        protected: of.protected,
        status: status(&of.slot),
        since: release.map(|r| r.since.into()),
        package: release.map(|r| package_ref(&r.package)),
        version: release.map(|r| r.package.version.clone()),
        runtime_version: release.map(|r| r.package.runtime_version.clone()),
        url: ports.runtime.url(app, of),
        health: health(of, ports.runtime.as_ref()),
        deployment,
        operations,
    }
}

/// What runs where, in short.
pub(crate) fn summary(of: &Domain, runtime: &dyn Runtime) -> EnvironmentSummary {
    EnvironmentSummary {
        slug: of.slug.to_string(),
        name: of.name.clone(),
        status: status(&of.slot),
        health: health(of, runtime),
        version: of.slot.release().map(|r| r.package.version.clone()),
    }
}

const fn status(slot: &Slot) -> Status {
    match slot {
        Slot::Empty => Status::Empty,
        Slot::Stopped(_) => Status::Stopped,
        Slot::Starting(_) => Status::Starting,
        Slot::Running(_) => Status::Running,
        Slot::Failed(_) => Status::Failed,
    }
}

fn health(of: &Domain, runtime: &dyn Runtime) -> Health {
    match of.slot {
        Slot::Empty | Slot::Stopped(_) | Slot::Starting(_) => Health::Off,
        Slot::Running(_) if runtime.is_serving(of.id) => Health::Ok,
        Slot::Running(_) | Slot::Failed(_) => Health::Critical,
    }
}
