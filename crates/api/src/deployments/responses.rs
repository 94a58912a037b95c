//! Deployments as the API returns them, and the sentence that explains a failed one.

use padlock_contract::deployments::{Deployment, FailureReason, StageState, State};
use padlock_domain::deployment::{self as domain, Failure, Stage};
use padlock_domain::{Environment, Slot};

use crate::account::display_names::DisplayNames;
use crate::packages::responses::package_ref;

/// Returns the response for a deployment. `environments` are all environments of its app.
pub(crate) fn deployment(
    deployment: &domain::Deployment,
    environments: &[Environment],
    names: &DisplayNames,
) -> Deployment {
    let find = |id| environments.iter().find(|e| e.id == id);
    let slug = |id| find(id).map_or_else(String::new, |e| e.slug.to_string());
    Deployment {
        id: deployment.id.to_string(),
        environment: slug(deployment.environment),
        from: deployment.from.map(slug),
        package: package_ref(&deployment.package),
        replaces: deployment.replaces.as_ref().map(package_ref),
        state: state(deployment),
        stages: stages(deployment),
        reason: deployment.end.and_then(|end| end.outcome.err()).map(|failure| FailureReason {
            code: failure.into(),
            message: failure_message(deployment, failure, find(deployment.environment)),
        }),
        requested_by: names.person(deployment.requested_by),
        created_at: deployment.created_at.into(),
        finished_at: deployment.end.map(|end| end.at.into()),
    }
}

fn state(deployment: &domain::Deployment) -> State {
    match (&deployment.end, deployment.stages.is_empty()) {
        (Some(end), _) if end.outcome.is_ok() => State::Done,
        (Some(_), _) => State::Failed,
        (None, true) => State::Queued,
        (None, false) => State::Running,
    }
}

fn stages(deployment: &domain::Deployment) -> Vec<StageState> {
    deployment
        .planned_stages()
        .enumerate()
        .map(|(index, stage)| {
            let begun = deployment.stages.get(index);
            let is_last = index + 1 == deployment.stages.len();
            let state = match (begun, is_last) {
                (None, _) => State::Queued,
                (Some(_), false) => State::Done,
                (Some(_), true) => state(deployment),
            };
            StageState { name: stage.into(), state, started_at: begun.map(|b| b.at.into()) }
        })
        .collect()
}

fn failure_message(deployment: &domain::Deployment, failure: Failure, environment: Option<&Environment>) -> String {
    let operation = if deployment.from.is_some() { "The transport" } else { "The deployment" };
    let stage = match deployment.stages.last().map(|s| s.stage) {
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
    let result = match environment.map(|e| &e.slot) {
        Some(Slot::Running(release)) => format!("{} is still running. Nothing was lost.", release.package.version),
        Some(slot) if slot.release().is_some() => "What was there is unchanged. Nothing was lost.".to_owned(),
        _ => "Nothing was changed.".to_owned(),
    };
    format!("{operation} failed {stage}{why}. {result}")
}
