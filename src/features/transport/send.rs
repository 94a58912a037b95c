//! Asking the API for the deployment, and what may come back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::deployments::Deployment;
use padlock_contract::{ErrorCode, Problem};

use super::plan::Plan;
use crate::features::board::Board;
use crate::features::step_up::StepUp;
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
    /// What was seen is no longer so: looking again helps.
    pub moved: bool,
}

/// Sends plans, and asks for the second factor where one is wanted first.
#[derive(Clone, Copy)]
pub(super) struct Sender {
    pub(super) api: Api,
    pub(super) board: Board,
    pub(super) step_up: StepUp,
    pub(super) phase: RwSignal<Phase>,
}

impl Sender {
    /// Asks for the second factor; once it is proved, exactly this plan is sent, whatever the cards say by then.
    pub(super) fn unlock(self, plan: Plan) {
        let purpose = plan.purpose(&self.board.slug.get_value());
        self.step_up.ask(purpose, move || self.send(plan.clone()));
    }

    /// Sends the plan. What was asked for goes on when the dialog, or the page, is gone.
    pub(super) fn send(self, plan: Plan) {
        let Self { api, board, phase, .. } = self;
        phase.set(Phase::Sending);
        let (app, request) = (board.slug.get_value(), plan.request());
        spawn_local(async move {
            let next = match api.deploy(&app, &plan.onto.slug, &request).await {
                Ok(deployment) => {
                    // The dialog may be closed by now: then the page tells how it ends.
                    if phase.try_get_untracked() == Some(Phase::Sending) {
                        board.watched.try_set(Some(deployment.id.clone()));
                    }
                    Phase::Going(Box::new(deployment))
                }
                // The window has closed meanwhile. Nothing was changed; the reader is asked here, too.
                Err(failure) if failure.code() == Some(ErrorCode::StepUpRequired) => {
                    if phase.try_get_untracked() == Some(Phase::Sending) {
                        self.unlock(plan);
                    }
                    Phase::Asking
                }
                Err(failure) => Phase::Refused(Refusal::of(&failure)),
            };
            board.environments.again();
            phase.try_update(|phase| {
                if *phase == Phase::Sending {
                    *phase = next;
                }
            });
        });
    }
}

impl Refusal {
    /// In words.
    pub(super) fn of(failure: &Failure) -> Self {
        let Some(problem) = failure.problem() else {
            return Self::plain("It is not known whether it began.", failure.sentence());
        };
        match problem.code {
            ErrorCode::Moved => {
                Self { moved: true, ..Self::plain("Something changed in the meantime.", unchanged(&problem.detail)) }
            }
            ErrorCode::Forbidden => Self::plain("This is not for you.", sentences_or_detail(problem)),
            _ => Self::plain("Nothing was changed.", sentences_or_detail(problem)),
        }
    }

    fn plain(title: &str, text: String) -> Self {
        Self { title: title.to_owned(), text, moved: false }
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
        Refusal::of(&Failure::Problem(Box::new(problem)))
    }

    #[test]
    fn what_moved_says_what_is_there_now() {
        let now = "Production holds 1.1.1 by now. Look again before going on.";
        for detail in [now.to_owned(), format!("{now} Nothing was changed.")] {
            let refusal = refusal(Problem::new(ErrorCode::Moved, detail));
            assert!(refusal.moved);
            assert_eq!(refusal.text, format!("{now} Nothing was changed."));
        }
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
