//! Deployments in words. One goes on when nobody looks at it, and its end is told wherever the reader is.

use leptos::prelude::*;
use padlock_contract::Stage;
use padlock_contract::deployments::{Deployment, State};
use padlock_contract::environments::Environment;

use super::Board;
use crate::ui::{Toasts, Tone};

/// Tells the end of every deployment that was seen under way.
pub(super) fn tell_what_ended(board: Board, toasts: Toasts) {
    Effect::new(move |before: Option<Vec<String>>| {
        let before = before.unwrap_or_default();
        let Some(environments) = board.environments.ready(Clone::clone) else { return before };
        let mut now = Vec::new();
        for environment in &environments {
            let Some(deployment) = &environment.deployment else { continue };
            let watched = board.watched.with_untracked(|watched| watched.as_ref() == Some(&deployment.id));
            if is_under_way(deployment) {
                now.push(deployment.id.clone());
            } else if !watched && before.contains(&deployment.id) {
                let (tone, text) = ending(environment, deployment);
                toasts.tell(tone, text);
            }
        }
        now
    });
}

/// Whether it has not ended.
#[must_use]
pub const fn is_under_way(deployment: &Deployment) -> bool {
    matches!(deployment.state, State::Queued | State::Running)
}

/// How it ended, in a sentence.
#[must_use]
pub fn ending(environment: &Environment, deployment: &Deployment) -> (Tone, String) {
    if deployment.state == State::Failed {
        let why = deployment.reason.as_ref().map(|reason| reason.message.clone());
        return (Tone::Bad, why.unwrap_or_else(|| "The deployment failed.".to_owned()));
    }
    let started = deployment.stages.iter().any(|stage| stage.name == Stage::Start);
    let verb = if started { " now runs on " } else { " is now on " };
    (Tone::Good, [deployment.package.name(), verb, &environment.name, "."].concat())
}

/// Which stage it is in, counted from one, and what happens there.
#[must_use]
pub fn stage_now(deployment: &Deployment) -> (usize, &'static str) {
    let at = deployment.stages.iter().rposition(|stage| stage.state != State::Queued);
    let now = at.and_then(|at| deployment.stages.get(at).map(|stage| (at + 1, doing(stage.name))));
    now.unwrap_or((0, "queued"))
}

/// What happens in a stage.
#[must_use]
pub const fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Verify => "verifying",
        Stage::Unpack => "unpacking",
        Stage::Replace => "replacing",
        Stage::Start => "starting",
    }
}
