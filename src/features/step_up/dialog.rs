//! The dialog itself. What it holds comes in a part of its own.

use leptos::prelude::*;

use super::prove::Prove;
use super::{Asked, StepUp};
use crate::features::recovery_codes::ViewCodes;
use crate::lazy_view;
use crate::ui::{Dialog, PadlockState, live, skeleton_lines};

#[component]
pub(super) fn StepUpDialog(step_up: StepUp) -> impl IntoView {
    let open = Signal::derive(move || step_up.asked.with(Option::is_some));
    // A dialog that closes shows its heading until it is gone.
    let proves = Memo::new(move |before: Option<&bool>| {
        step_up.asked.with(|asked| match asked {
            Some(Asked::Proof { .. }) => true,
            Some(Asked::RecoveryCodes { .. }) => false,
            None => before.copied().unwrap_or(true),
        })
    });
    let title =
        Signal::derive(move || (if proves.get() { "Two-Factor Authentication" } else { "Recovery codes" }).to_owned());
    let padlock = Signal::derive(move || match (proves.get(), step_up.unlocked.get()) {
        (false, _) => PadlockState::None,
        (true, false) => PadlockState::Closed,
        (true, true) => PadlockState::Open,
    });
    view! {
        <Dialog open title padlock on_close=move |()| step_up.close()>
            {live(move || {
                step_up.turn.track();
                step_up.asked.get_untracked().map(|asked| content(step_up, asked))
            })}
        </Dialog>
    }
}

fn content(step_up: StepUp, asked: Asked) -> AnyView {
    lazy_view!(stepup, until waiting, |step_up: StepUp, asked: Asked| match asked {
        Asked::Proof { purpose, .. } => view! { <Prove step_up purpose/> }.into_any(),
        Asked::RecoveryCodes { new } => view! { <ViewCodes new on_close=move |()| step_up.close()/> }.into_any(),
    })
}

/// The shape of one code and its buttons.
pub(super) fn waiting() -> impl IntoView {
    view! { <div class="step-up-waiting" aria-busy="true">{skeleton_lines(4)}</div> }
}
