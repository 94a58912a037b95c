//! Builds the view models of the promotion line from the API's environments.

use padlock_contract::Operation;
use padlock_contract::deployments::DeploymentState;
use padlock_contract::environments::{Environment, EnvironmentStatus, PadlockState as ApiPadlock};

use super::{
    Address, CardAction, CardActionKind, CardModel, ConnectorModel, ConnectorState, DeployedBy, TransportAction,
};
use crate::state::app_state::current_stage;
use crate::state::operation_status::{health_of, operation_status, padlock_state};
use crate::ui::PadlockState;

/// Builds the card of an environment. `contact` is the name of the Technical Contact, `pending` the actions on this
/// environment that the API has not answered yet.
pub(in crate::features::deploy) fn card(
    environment: &Environment,
    contact: &str,
    pending: &[CardActionKind],
) -> CardModel {
    let health = health_of(environment.status, environment.health);
    let statuses = [Operation::Deploy, Operation::Transport].map(|operation| operation_status(environment, operation));
    let is_forbidden = statuses.iter().all(|status| status.is_forbidden());
    CardModel {
        slug: environment.slug.clone(),
        name: environment.name.clone(),
        health,
        version: environment.version.clone(),
        runtime: environment.runtime_version.as_deref().map(major_and_minor),
        since: environment.since.as_ref().map(|since| since.as_str().to_owned()),
        deployed_by: deployed_by(environment),
        activity_href: String::new(),
        address: (environment.status == EnvironmentStatus::Running).then(|| address(&environment.url)),
        padlock: if is_forbidden { PadlockState::NotForYou } else { deploy_padlock(environment) },
        progress: progress(environment),
        note: note(environment, is_forbidden, contact),
        actions: actions(environment, pending),
    }
}

/// Builds the connector from `previous` to `environment`.
pub(in crate::features::deploy) fn connector(previous: &Environment, environment: &Environment) -> ConnectorModel {
    let state = connector_state(previous, environment);
    let has_transport = !matches!(state, ConnectorState::Nothing | ConnectorState::Same { .. });
    let transport = has_transport.then(|| {
        let status = operation_status(environment, Operation::Transport);
        let busy = matches!(state, ConnectorState::Transporting { .. });
        // The connector already shows that a transport is under way, so that need not be given as a reason.
        let padlock = status.padlock;
        let refusal_reason = if busy && !status.is_forbidden() { String::new() } else { status.reason() };
        TransportAction { padlock, refusal_reason, busy }
    });
    ConnectorModel { to: environment.name.clone(), state, transport }
}

fn connector_state(previous: &Environment, environment: &Environment) -> ConnectorState {
    if let Some(transport) = environment.deployment.as_ref().filter(|d| d.from.as_deref() == Some(&previous.slug)) {
        let version = transport.package.name().to_owned();
        let is_in_place = environment.package.as_ref().is_some_and(|package| package.id == transport.package.id);
        match transport.state {
            DeploymentState::Queued | DeploymentState::Running => {
                let (stage, stage_label) = current_stage(transport);
                return ConnectorState::Transporting {
                    version,
                    stage,
                    stage_count: transport.stages.len(),
                    stage_label: stage_label.to_owned(),
                };
            }
            DeploymentState::Failed if !is_in_place => {
                let cause = transport.reason.as_ref().map(|reason| reason.message.clone()).unwrap_or_default();
                return ConnectorState::Failed { version, cause };
            }
            DeploymentState::Failed | DeploymentState::Done | DeploymentState::Unknown => {}
        }
    }
    match (&previous.package, &environment.package) {
        (None, _) => ConnectorState::Nothing,
        (Some(source), Some(target)) if source.id == target.id => {
            let stopped = [previous, environment].into_iter().find(|environment| !runs(environment));
            ConnectorState::Same { stopped: stopped.map(|environment| environment.name.clone()) }
        }
        (Some(source), _) => ConnectorState::Waiting { version: source.name().to_owned() },
    }
}

const fn runs(environment: &Environment) -> bool {
    matches!(environment.status, EnvironmentStatus::Running | EnvironmentStatus::Starting)
}

/// Who deployed the package, unless it is not known.
fn deployed_by(environment: &Environment) -> Option<DeployedBy> {
    let name = environment.deployed_by.as_ref()?.name.clone();
    let is_earlier = environment.deployed_at.is_some() && environment.deployed_at != environment.since;
    Some(DeployedBy { name, is_earlier })
}

fn deploy_padlock(environment: &Environment) -> PadlockState {
    let padlock = environment.operation(Operation::Deploy).map_or(ApiPadlock::None, |deploy| deploy.padlock);
    padlock_state(padlock)
}

/// The progress of a deployment from the repository. The progress of a transport is shown on the connector.
fn progress(environment: &Environment) -> Option<String> {
    let deployment = environment.deployment.as_ref().filter(|deployment| deployment.from.is_none())?;
    matches!(deployment.state, DeploymentState::Queued | DeploymentState::Running).then(|| {
        let ((stage, stage_label), stage_count) = (current_stage(deployment), deployment.stages.len());
        format!("Deploying {}, {stage} of {stage_count}: {stage_label}.", deployment.package.name())
    })
}

fn note(environment: &Environment, is_forbidden: bool, contact: &str) -> Option<String> {
    if let Some(deployment) = &environment.deployment {
        // The connector shows a failed transport, unless it has left the environment in the failed state.
        let belongs_on_card = deployment.from.is_none() || environment.status == EnvironmentStatus::Failed;
        if deployment.state == DeploymentState::Failed && belongs_on_card {
            return deployment.reason.as_ref().map(|reason| reason.message.clone());
        }
    }
    if is_forbidden && !contact.is_empty() {
        return Some(format!("Ask {contact} for Transport Rights."));
    }
    let is_first_and_empty = environment.status == EnvironmentStatus::Empty && environment.position == 0;
    is_first_and_empty.then(|| format!("Deploy a package to {}.", environment.name))
}

fn actions(environment: &Environment, pending: &[CardActionKind]) -> Vec<CardAction> {
    let kinds: &[(CardActionKind, Operation)] = match environment.status {
        EnvironmentStatus::Empty | EnvironmentStatus::Unknown => &[],
        EnvironmentStatus::Stopped | EnvironmentStatus::Failed => &[(CardActionKind::Start, Operation::Start)],
        EnvironmentStatus::Running | EnvironmentStatus::Starting => {
            &[(CardActionKind::Restart, Operation::Restart), (CardActionKind::Stop, Operation::Stop)]
        }
    };
    let action = |&(kind, operation): &(CardActionKind, Operation)| {
        let status = operation_status(environment, operation);
        // What halts a protected environment does not stand beside what is harmless.
        let in_menu = environment.protected && kind == CardActionKind::Stop;
        let busy = pending.contains(&kind);
        CardAction { kind, padlock: status.padlock, refusal_reason: status.reason(), busy, in_menu }
    };
    kinds.iter().map(action).collect()
}

/// Returns "10.6" for "10.6.1.9876".
fn major_and_minor(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// Labels a URL without its scheme, port and trailing slashes.
fn address(url: &str) -> Address {
    let without_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, path) = without_scheme.split_once('/').unwrap_or((without_scheme, ""));
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let path = path.trim_end_matches('/');
    let label = if path.is_empty() { host.to_owned() } else { [host, "/", path].concat() };
    Address { href: url.to_owned(), label }
}

#[cfg(test)]
mod tests;
