//! Deployments on the wire, and what is said of failed ones.

use padlock_contract::deployments::{Deployment, FailureReason, StageState, State};
use padlock_domain::deployment::{self as domain, Failure, Stage};
use padlock_domain::environment::{Environment, Slot};

use crate::account::display_names::DisplayNames;
use crate::packages::responses::package_ref;

/// `environments` are those of the deployment's app.
pub(crate) fn deployment(of: &domain::Deployment, environments: &[Environment], names: &DisplayNames) -> Deployment {
    let find = |id| environments.iter().find(|e| e.id == id);
    let slug = |id| find(id).map_or_else(String::new, |e| e.slug.to_string());
    Deployment {
        id: of.id.to_string(),
        environment: slug(of.environment),
        from: of.from.map(slug),
        package: package_ref(&of.package),
        replaces: of.replaces.as_ref().map(package_ref),
        state: state(of),
        stages: stages(of),
        reason: of
            .end
            .and_then(|end| end.outcome.err())
            .map(|failure| FailureReason { code: failure.into(), message: words(of, failure, find(of.environment)) }),
        requested_by: names.person(of.requested_by),
        created_at: of.created_at.into(),
        finished_at: of.end.map(|end| end.at.into()),
    }
}

fn state(of: &domain::Deployment) -> State {
    match (&of.end, of.stages.is_empty()) {
        (Some(end), _) if end.outcome.is_ok() => State::Done,
        (Some(_), _) => State::Failed,
        (None, true) => State::Queued,
        (None, false) => State::Running,
    }
}

fn stages(of: &domain::Deployment) -> Vec<StageState> {
    of.planned_stages()
        .enumerate()
        .map(|(index, stage)| {
            let begun = of.stages.get(index);
            let is_last = index + 1 == of.stages.len();
            let state = match (begun, is_last) {
                (None, _) => State::Queued,
                (Some(_), false) => State::Done,
                (Some(_), true) => state(of),
            };
            StageState { name: stage.into(), state, started_at: begun.map(|b| b.at.into()) }
        })
        .collect()
}

fn words(of: &domain::Deployment, failure: Failure, environment: Option<&Environment>) -> String {
    let what = if of.from.is_some() { "The transport" } else { "The deployment" };
    let stage = match of.stages.last().map(|s| s.stage) {
        None => "before it began",
        Some(Stage::Verify) => "while checking the package",
        Some(Stage::Unpack) => "while unpacking",
        Some(Stage::Start) => "while starting the new version",
        Some(Stage::Replace) => "while replacing the old version",
    };
    let why = match failure {
        Failure::Interrupted => " because Padlock was stopped",
        Failure::PermissionWithdrawn => " because its permission was withdrawn",
        Failure::HashMismatch => ": the file is not what was uploaded",
        Failure::Unreadable => ": the package cannot be unpacked",
        Failure::DiskFull => ": the server's disk is full",
        Failure::DidNotStart => ": it does not answer",
        Failure::Internal => "; the server's log says why",
    };
    let left = match environment.map(|e| &e.slot) {
        Some(Slot::Running(release)) => format!("{} is still running. Nothing was lost.", release.package.version),
        Some(slot) if slot.release().is_some() => "What was there is unchanged. Nothing was lost.".to_owned(),
        _ => "Nothing was changed.".to_owned(),
    };
    format!("{what} failed {stage}{why}. {left}")
}
