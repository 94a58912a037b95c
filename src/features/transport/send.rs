//! Asking the API for the deployment, and what may come back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::deployments::Deployment;
use padlock_contract::{ErrorCode, Problem};

use super::plan::Plan;
use crate::features::board::Board;
use crate::gateway::{Api, Failure};
use crate::outlook::sentences;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// The reader decides.
    #[default]
    Asking,
    /// The API decides.
    Sending,
    /// Refused; nothing was changed.
    Refused(Refusal),
    /// Accepted: as it was when it was accepted.
    Going(Box<Deployment>),
}

/// Why it was refused, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What is so.
    pub title: String,
    /// Why, and what to do.
    pub text: String,
    /// What opens it is a second factor.
    pub padlocked: bool,
    /// What was seen is no longer so: looking again helps.
    pub moved: bool,
}

/// Sends the plan. What was asked for goes on when the dialog, or the page, is gone.
pub(super) fn send(api: Api, board: Board, phase: RwSignal<Phase>, plan: &Plan) {
    phase.set(Phase::Sending);
    let (app, onto, request) = (board.slug.get_value(), plan.onto.slug.clone(), plan.request());
    let name = plan.onto.name.clone();
    spawn_local(async move {
        let next = match api.deploy(&app, &onto, &request).await {
            Ok(deployment) => {
                // The dialog may be closed by now: then the page tells how it ends.
                if phase.try_get_untracked() == Some(Phase::Sending) {
                    board.watched.try_set(Some(deployment.id.clone()));
                }
                Phase::Going(Box::new(deployment))
            }
            Err(failure) => Phase::Refused(Refusal::of(&failure, &name)),
        };
        board.environments.again();
        phase.try_update(|phase| {
            if *phase == Phase::Sending {
                *phase = next;
            }
        });
    });
}

impl Refusal {
    /// In words; `onto` is the target's name.
    pub(super) fn of(failure: &Failure, onto: &str) -> Self {
        let Some(problem) = failure.problem() else {
            return Self::plain("It is not known whether it began.", failure.sentence());
        };
        match problem.code {
            ErrorCode::StepUpRequired => {
                Self { padlocked: true, ..Self::plain(&[onto, " is locked."].concat(), unchanged(&problem.detail)) }
            }
            ErrorCode::Moved => {
                Self { moved: true, ..Self::plain("Something changed in the meantime.", unchanged(&problem.detail)) }
            }
            ErrorCode::Forbidden => Self::plain("This is not for you.", sentences_or_detail(problem)),
            _ => Self::plain("Nothing was changed.", sentences_or_detail(problem)),
        }
    }

    fn plain(title: &str, text: String) -> Self {
        Self { title: title.to_owned(), text, padlocked: false, moved: false }
    }
}

fn sentences_or_detail(problem: &Problem) -> String {
    if problem.reasons.is_empty() { problem.detail.clone() } else { sentences(&problem.reasons) }
}

/// The API's words, and that nothing was changed unless they say so already.
fn unchanged(detail: &str) -> String {
    const SAID: &str = "Nothing was changed.";
    if detail.contains(SAID) { detail.to_owned() } else { [detail, " ", SAID].concat().trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(problem: Problem) -> Refusal {
        Refusal::of(&Failure::Problem(Box::new(problem)), "Production")
    }

    #[test]
    fn a_padlock_says_what_it_wants_and_that_nothing_happened() {
        let needed = "Two-factor authentication is needed to transport shop 1.2.0 to Production.";
        for detail in [needed.to_owned(), format!("{needed} Nothing was changed.")] {
            let refusal = refusal(Problem::new(ErrorCode::StepUpRequired, detail));
            assert!(refusal.padlocked);
            assert_eq!(refusal.title, "Production is locked.");
            assert_eq!(refusal.text, format!("{needed} Nothing was changed."));
        }
    }

    #[test]
    fn what_moved_says_what_is_there_now() {
        let detail = "Production holds 1.1.1 by now. Look again before going on.";
        let refusal = refusal(Problem::new(ErrorCode::Moved, detail));
        assert!(refusal.moved);
        assert_eq!(refusal.text, [detail, " Nothing was changed."].concat());
    }

    #[test]
    fn a_refusal_is_told_in_the_words_of_its_reasons() {
        let mut problem = Problem::new(ErrorCode::Forbidden, "You may not.");
        let message = "You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them.";
        problem.reasons =
            vec![padlock_contract::Reason { code: "missing_permission".into(), message: message.into(), ask: None }];
        assert_eq!(refusal(problem).text, message);
    }
}
