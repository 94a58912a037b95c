//! Deployments as the API returns them, and the sentence that explains a failed one.

use padlock_contract::deployments::{Deployment, DeploymentState, FailureReason, StageState};
use padlock_domain::deployment::{self as domain, Failure, Stage};
use padlock_domain::{Environment, EnvironmentState};

use super::unpack_progress::UnpackProgress;
use crate::accounts::display_names::DisplayNames;

/// Returns the response for a deployment. `environments` are all environments of its app.
pub(crate) fn deployment(
    deployment: &domain::Deployment,
    environments: &[Environment],
    names: &DisplayNames,
    unpack_progress: &UnpackProgress,
) -> Deployment {
    let find = |id| environments.iter().find(|e| e.id == id);
    let slug = |id| find(id).map_or_else(String::new, |e| e.slug.to_string());
    Deployment {
        id: deployment.id.to_string(),
        environment: slug(deployment.environment),
        from: deployment.from.map(slug),
        package: (&deployment.package).into(),
        replaces: deployment.replaces.as_ref().map(Into::into),
        state: state(deployment),
        stages: stages(deployment, unpack_progress),
        reason: deployment.end.and_then(|end| end.outcome.err()).map(|failure| FailureReason {
            code: failure.into(),
            message: failure_message(deployment, failure, find(deployment.environment)),
        }),
        requested_by: names.person(deployment.requested_by),
        created_at: deployment.created_at.into(),
        finished_at: deployment.end.map(|end| end.at.into()),
    }
}

fn state(deployment: &domain::Deployment) -> DeploymentState {
    match (&deployment.end, deployment.stages.is_empty()) {
        (Some(end), _) if end.outcome.is_ok() => DeploymentState::Done,
        (Some(_), _) => DeploymentState::Failed,
        (None, true) => DeploymentState::Queued,
        (None, false) => DeploymentState::Running,
    }
}

fn stages(deployment: &domain::Deployment, unpack_progress: &UnpackProgress) -> Vec<StageState> {
    deployment
        .planned_stages()
        .enumerate()
        .map(|(index, stage)| {
            let begun = deployment.stages.get(index);
            let is_last = index + 1 == deployment.stages.len();
            let state = match (begun, is_last) {
                (None, _) => DeploymentState::Queued,
                (Some(_), false) => DeploymentState::Done,
                (Some(_), true) => state(deployment),
            };
            let next = deployment.stages.get(index + 1).map(|next| next.at);
            let ended_at = begun.and_then(|_| next.or_else(|| deployment.end.map(|end| end.at)));
            let unpacks = stage == Stage::Unpack && state == DeploymentState::Running;
            StageState {
                name: stage.into(),
                state,
                started_at: begun.map(|begun| begun.at.into()),
                ended_at: ended_at.map(Into::into),
                progress: if unpacks { unpack_progress.get(deployment.id) } else { None },
            }
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
    let result = match environment.map(|e| &e.state) {
        Some(EnvironmentState::Running(release)) => {
            format!("{} is still running. Nothing was lost.", release.package.version)
        }
        Some(state) if state.release().is_some() => "What was there is unchanged. Nothing was lost.".to_owned(),
        _ => "Nothing was changed.".to_owned(),
    };
    format!("{operation} failed {stage}{why}. {result}")
}

/// Returns why a deployment failed, as the activity shows it.
pub(crate) const fn failure_reason(failure: Failure) -> &'static str {
    match failure {
        Failure::Interrupted => "Padlock was stopped in the middle",
        Failure::PermissionWithdrawn => "the permission was withdrawn in the meantime",
        Failure::HashMismatch => "the file is not what was uploaded",
        Failure::Unreadable => "the package cannot be unpacked",
        Failure::DiskFull => "the server's disk is full",
        Failure::DidNotStart => "the new version did not answer",
        Failure::Internal => "the server's log says why",
    }
}
