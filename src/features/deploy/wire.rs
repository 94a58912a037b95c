//! From the API's environments to what the promotion line draws. Pure: every word of a joint is tested here.

use padlock_contract::Operation;
use padlock_contract::deployments::{Deployment, State};
use padlock_contract::environments::{Environment, Padlock, Status};

use super::model::{Address, CardAct, CardActKind, CardModel, JointModel, JointState, TransportAct};
use crate::features::board::stage_now;
use crate::outlook::{outlook, padlock_state, shown_health};
use crate::ui::PadlockState;

/// A card. `contact` is the Technical Contact's name, `busy` what was asked of this environment and is not answered yet.
pub(super) fn card(environment: &Environment, contact: &str, busy: &[CardActKind]) -> CardModel {
    let health = shown_health(environment.status, environment.health);
    let mine = [Operation::Deploy, Operation::Transport].map(|operation| outlook(environment, operation));
    let not_for_me = mine.iter().all(|outlook| outlook.is_forbidden());
    CardModel {
        slug: environment.slug.clone(),
        name: environment.name.clone(),
        health,
        version: environment.version.clone(),
        runtime: environment.runtime_version.as_deref().map(runtime),
        since: environment.since.as_ref().map(|since| since.as_str().to_owned()),
        address: (environment.status == Status::Running).then(|| address(&environment.url)),
        padlock: if not_for_me { PadlockState::NotForYou } else { own_padlock(environment) },
        progress: progress(environment),
        note: note(environment, not_for_me, contact),
        acts: acts(environment, busy),
    }
}

/// The joint that leads from `before` to `environment`.
pub(super) fn joint(before: &Environment, environment: &Environment) -> JointModel {
    let state = joint_state(before, environment);
    let there = !matches!(state, JointState::Nothing | JointState::Same);
    let transport = there.then(|| {
        let outlook = outlook(environment, Operation::Transport);
        let busy = matches!(state, JointState::Transporting { .. });
        // While it runs, "a deployment is under way" is no news.
        let padlock = outlook.padlock;
        let refused = if busy && !outlook.is_forbidden() { String::new() } else { outlook.why_not() };
        TransportAct { padlock, refused, busy }
    });
    JointModel { to: environment.name.clone(), state, transport }
}

fn joint_state(before: &Environment, environment: &Environment) -> JointState {
    if let Some(transport) = environment.deployment.as_ref().filter(|d| d.from.as_deref() == Some(&before.slug)) {
        let version = transport.package.name().to_owned();
        let landed = environment.package.as_ref().is_some_and(|package| package.id == transport.package.id);
        match transport.state {
            State::Queued | State::Running => {
                let (stage, doing) = stage_now(transport);
                return JointState::Transporting {
                    version,
                    stage,
                    of: transport.stages.len(),
                    doing: doing.to_owned(),
                };
            }
            State::Failed if !landed => {
                let running = environment.status == Status::Running;
                let still = environment.package.as_ref().filter(|_| running).map(|package| package.name().to_owned());
                return JointState::Failed { version, why: failed_while(transport), still };
            }
            State::Failed | State::Done => {}
        }
    }
    match (&before.package, &environment.package) {
        (None, _) => JointState::Nothing,
        (Some(there), Some(here)) if there.id == here.id => JointState::Same,
        (Some(there), _) => JointState::Waiting { version: there.name().to_owned() },
    }
}

/// "while unpacking"; "before it began" if it did not even begin.
fn failed_while(deployment: &Deployment) -> String {
    match stage_now(deployment) {
        (0, _) => "before it began".to_owned(),
        (_, doing) => ["while ", doing].concat(),
    }
}

fn own_padlock(environment: &Environment) -> PadlockState {
    let deploy = environment.operation(Operation::Deploy).map_or(Padlock::None, |deploy| deploy.padlock);
    padlock_state(deploy)
}

/// How far a deployment is. A transport is told by its joint.
fn progress(environment: &Environment) -> Option<String> {
    let deployment = environment.deployment.as_ref().filter(|deployment| deployment.from.is_none())?;
    matches!(deployment.state, State::Queued | State::Running).then(|| {
        let ((stage, doing), of) = (stage_now(deployment), deployment.stages.len());
        format!("Deploying {}, {stage} of {of}: {doing}.", deployment.package.name())
    })
}

/// The sentence on a card, where there is something to say that nothing else says.
fn note(environment: &Environment, not_for_me: bool, contact: &str) -> Option<String> {
    if let Some(deployment) = &environment.deployment {
        let told_here = deployment.from.is_none() || environment.status == Status::Failed;
        if deployment.state == State::Failed && told_here {
            return deployment.reason.as_ref().map(|reason| reason.message.clone());
        }
    }
    if not_for_me && !contact.is_empty() {
        return Some(format!("Ask {contact} for Transport Rights."));
    }
    let first_step = environment.status == Status::Empty && environment.position == 0;
    first_step.then(|| format!("Deploy a package to {}.", environment.name))
}

fn acts(environment: &Environment, busy: &[CardActKind]) -> Vec<CardAct> {
    let kinds: &[(CardActKind, Operation)] = match environment.status {
        Status::Empty => &[],
        Status::Stopped | Status::Failed => &[(CardActKind::Start, Operation::Start)],
        Status::Running | Status::Starting => {
            &[(CardActKind::Restart, Operation::Restart), (CardActKind::Stop, Operation::Stop)]
        }
    };
    let act = |&(kind, operation): &(CardActKind, Operation)| {
        let outlook = outlook(environment, operation);
        CardAct { kind, padlock: outlook.padlock, refused: outlook.why_not(), busy: busy.contains(&kind) }
    };
    kinds.iter().map(act).collect()
}

/// "10.6" out of "10.6.1.9876": what people say.
fn runtime(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// As people say it: without scheme, port and the last slash.
fn address(url: &str) -> Address {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let path = path.trim_end_matches('/');
    let label = if path.is_empty() { name.to_owned() } else { [name, "/", path].concat() };
    Address { href: url.to_owned(), label }
}

#[cfg(test)]
mod tests;
