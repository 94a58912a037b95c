//! Submits a plan to the API and handles the response.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::deployments::Deployment;
use padlock_contract::{ErrorCode, Problem};

use super::plan::Plan;
use crate::api::{Api, ApiError};
use crate::state::app_state::AppState;
use crate::state::operation_status::join_reasons;
use crate::state::step_up::{StepUp, Unlocked};

/// The phase of the dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// The visitor has not confirmed the plan yet.
    #[default]
    Confirming,
    /// The plan was submitted and the API has not answered yet.
    Submitting,
    /// The API refused the plan, or its response did not arrive.
    Refused(Refusal),
    /// The API accepted the plan. Holds the deployment as it was at that moment.
    Accepted(Box<Deployment>),
}

/// The message that explains why the plan was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The title.
    pub title: String,
    /// The reason, and what to do about it.
    pub text: String,
    /// Whether the plan is out of date, so that the visitor should reload it.
    pub is_stale: bool,
}

/// Submits plans to the API, after a step-up where one is required.
#[derive(Clone, Copy)]
pub(super) struct Submitter {
    pub(super) api: Api,
    pub(super) app_state: AppState,
    pub(super) step_up: StepUp,
    pub(super) phase: RwSignal<Phase>,
}

impl Submitter {
    /// Asks for the second factor and then submits exactly this plan. If the environments have changed in the meantime, the
    /// API refuses it. An enrolment leads back to the plan.
    pub(super) fn submit_after_step_up(self, plan: Plan) {
        let purpose = plan.purpose(&self.app_state.slug.get_value());
        self.step_up.unlock(purpose, move |how| {
            if how == Unlocked::ByCode {
                self.submit(plan.clone());
            }
        });
    }

    /// Submits the plan. The request is not cancelled when the dialog is closed or the visitor leaves the page.
    pub(super) fn submit(self, plan: Plan) {
        let Self { api, app_state, phase, .. } = self;
        phase.set(Phase::Submitting);
        let (app, new_deployment) = (app_state.slug.get_value(), plan.to_new_deployment());
        spawn_local(async move {
            let next_phase = match api.deploy(&app, &plan.target.slug, &new_deployment).await {
                Ok(deployment) => {
                    // If the dialog has been closed, a toast of the page reports the end of the deployment.
                    if phase.try_get_untracked() == Some(Phase::Submitting) {
                        app_state.watched_deployment.try_set(Some(deployment.id.clone()));
                    }
                    Phase::Accepted(Box::new(deployment))
                }
                // The authorised window has closed in the meantime, and the API has done nothing.
                Err(error) if error.code() == Some(ErrorCode::StepUpRequired) => {
                    if phase.try_get_untracked() == Some(Phase::Submitting) {
                        self.submit_after_step_up(plan);
                    }
                    Phase::Confirming
                }
                Err(error) => Phase::Refused(Refusal::from_error(&error)),
            };
            app_state.environments.refetch();
            phase.try_update(|phase| {
                if *phase == Phase::Submitting {
                    *phase = next_phase;
                }
            });
        });
    }
}

impl Refusal {
    fn from_error(error: &ApiError) -> Self {
        let Some(problem) = error.problem() else {
            return Self::new("It is not known whether it began.", error.message());
        };
        match problem.code {
            ErrorCode::Changed => {
                let text = with_nothing_was_changed(&problem.detail);
                Self { is_stale: true, ..Self::new("Something changed in the meantime.", text) }
            }
            ErrorCode::Forbidden => Self::new("This is not for you.", reasons_or_detail(problem)),
            _ => Self::new("Nothing was changed.", reasons_or_detail(problem)),
        }
    }

    fn new(title: &str, text: String) -> Self {
        Self { title: title.to_owned(), text, is_stale: false }
    }
}

fn reasons_or_detail(problem: &Problem) -> String {
    if problem.reasons.is_empty() { problem.detail.clone() } else { join_reasons(&problem.reasons) }
}

/// Appends "Nothing was changed." unless the detail contains it already.
fn with_nothing_was_changed(detail: &str) -> String {
    const SENTENCE: &str = "Nothing was changed.";
    if detail.contains(SENTENCE) { detail.to_owned() } else { [detail, " ", SENTENCE].concat().trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(problem: Problem) -> Refusal {
        Refusal::from_error(&ApiError::Problem(Box::new(problem)))
    }

    #[test]
    fn a_stale_plan_is_refused_with_the_current_version() {
        let current = "Production holds 1.1.1 by now. Look again before going on.";
        for detail in [current.to_owned(), format!("{current} Nothing was changed.")] {
            let refusal = refusal(Problem::new(ErrorCode::Changed, detail));
            assert!(refusal.is_stale);
            assert_eq!(refusal.text, format!("{current} Nothing was changed."));
        }
    }

    #[test]
    fn the_text_of_a_refusal_is_its_reasons() {
        let mut problem = Problem::new(ErrorCode::Forbidden, "You may not.");
        let message = "You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them.";
        problem.reasons = vec![padlock_contract::Reason {
            code: "missing_permission".into(),
            message: message.into(),
            contact: None,
        }];
        assert_eq!(refusal(problem).text, message);
    }
}
