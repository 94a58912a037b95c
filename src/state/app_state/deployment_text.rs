//! Sentences about the progress and the outcome of deployments.

use leptos::prelude::*;
use padlock_contract::deployments::{Deployment, DeploymentState, Stage};
use padlock_contract::environments::Environment;

use crate::state::query::Query;
use crate::ui::{Toasts, Tone};

/// Shows a toast when a deployment ends that was in progress before, unless it is the watched one, whose outcome a
/// dialog shows.
pub(super) fn announce_outcomes(
    environments: Query<Vec<Environment>>,
    watched_deployment: RwSignal<Option<String>>,
    toasts: Toasts,
) {
    Effect::new(move |previous: Option<Vec<String>>| {
        let previous = previous.unwrap_or_default();
        let Some(environments) = environments.ready(Clone::clone) else { return previous };
        let mut in_progress = Vec::new();
        for environment in &environments {
            let Some(deployment) = &environment.deployment else { continue };
            let is_watched = watched_deployment.with_untracked(|id| id.as_ref() == Some(&deployment.id));
            if is_in_progress(deployment) {
                in_progress.push(deployment.id.clone());
            } else if !is_watched && previous.contains(&deployment.id) {
                let (tone, text) = outcome_message(environment, deployment);
                toasts.show(tone, text);
            }
        }
        in_progress
    });
}

/// Whether the deployment has not ended yet.
#[must_use]
pub const fn is_in_progress(deployment: &Deployment) -> bool {
    matches!(deployment.state, DeploymentState::Queued | DeploymentState::Running)
}

/// Returns a sentence about how the deployment ended, and its tone.
#[must_use]
pub fn outcome_message(environment: &Environment, deployment: &Deployment) -> (Tone, String) {
    if deployment.state == DeploymentState::Failed {
        let reason = deployment.reason.as_ref().map(|reason| reason.message.clone());
        return (Tone::Bad, reason.unwrap_or_else(|| "The deployment failed.".to_owned()));
    }
    let was_started = deployment.stages.iter().any(|stage| stage.name == Stage::Start);
    let verb = if was_started { " now runs on " } else { " is now on " };
    (Tone::Good, [deployment.package.name(), verb, &environment.name, "."].concat())
}

/// Returns the number of the stage that the deployment has reached, counted from one, and the stage's label. The number
/// is 0 while the deployment is queued.
#[must_use]
pub fn current_stage(deployment: &Deployment) -> (usize, &'static str) {
    let index = deployment.stages.iter().rposition(|stage| stage.state != DeploymentState::Queued);
    let stage = index.and_then(|index| deployment.stages.get(index).map(|stage| (index + 1, stage_label(stage.name))));
    stage.unwrap_or((0, "queued"))
}

const fn stage_label(stage: Stage) -> &'static str {
    match stage {
        Stage::Verify => "verifying",
        Stage::Unpack => "unpacking",
        Stage::Replace => "replacing",
        Stage::Start => "starting",
        Stage::Unknown => "working",
    }
}
