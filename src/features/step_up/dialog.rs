//! The step-up dialog.

use leptos::prelude::*;

use super::loading::loading;
use super::prove::Prove;
use crate::features::recovery_codes::ViewCodes;
use crate::lazy::LazyView;
use crate::lazy_view;
use crate::state::step_up::{StepUp, StepUpRequest};
use crate::ui::{Dialog, PadlockState};

#[component]
pub(super) fn StepUpDialog(step_up: StepUp) -> impl IntoView {
    let open = Signal::derive(move || step_up.is_open());
    // Keeps its last value while the dialog closes, so that the heading does not change.
    let unlocks = Memo::new(move |last: Option<&bool>| {
        step_up.request.with(|request| match request {
            Some(StepUpRequest::Unlock { .. }) => true,
            Some(StepUpRequest::ViewRecoveryCodes | StepUpRequest::NewRecoveryCodes) => false,
            None => last.copied().unwrap_or(true),
        })
    });
    let title =
        Signal::derive(move || (if unlocks.get() { "Two-Factor Authentication" } else { "Recovery codes" }).to_owned());
    let padlock = Signal::derive(move || match (unlocks.get(), step_up.unlocked.get()) {
        (false, _) => PadlockState::None,
        (true, false) => PadlockState::Closed,
        (true, true) => PadlockState::Open,
    });
    view! {
        <Dialog open title padlock on_close=move |()| step_up.close()>
            {move || {
                step_up.request_number.track();
                step_up.request.get_untracked().map(|request| content(step_up, request))
            }}
        </Dialog>
    }
}

static VIEW_CODES: LazyView<(StepUp, bool)> =
    lazy_view!(enrolment, |step_up: StepUp, new: bool| view! { <ViewCodes new on_close=move |()| step_up.close()/> });

fn content(step_up: StepUp, request: StepUpRequest) -> AnyView {
    match request {
        StepUpRequest::Unlock { purpose, .. } => view! { <Prove step_up purpose/> }.into_any(),
        StepUpRequest::ViewRecoveryCodes => VIEW_CODES.view((step_up, false), loading),
        StepUpRequest::NewRecoveryCodes => VIEW_CODES.view((step_up, true), loading),
    }
}
