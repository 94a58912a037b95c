//! The dialog for the second factor: it proves the factor or, if the account has none, enrols one first.

mod choose;
mod dialog;
mod enrol;
mod loading;
mod password;
mod prove;
mod purpose_line;
mod qr;
mod scan;

use leptos::prelude::*;

use crate::lazy::LazyView;
use crate::lazy_view;
use crate::navigation::use_navigation;
use crate::state::step_up::StepUp;

pub use choose::ChooseMethod;
pub use password::{MailCode, PasswordForm};
pub use scan::ScanForm;

static DIALOG: LazyView<(StepUp,)> = lazy_view!(step_up, |step_up: StepUp| view! { <dialog::StepUpDialog step_up/> });

/// Holds the step-up dialog, which is loaded when it is first opened.
#[component]
pub fn StepUpHost(
    /// The state of the dialog, from [`provide_step_up`](crate::state::step_up::provide_step_up).
    step_up: StepUp,
) -> impl IntoView {
    let navigation = use_navigation();
    // Navigating away cancels the request.
    Effect::new(move |previous: Option<()>| {
        let _ = navigation.route();
        if previous.is_some() {
            step_up.close();
        }
    });
    DIALOG.view_once_needed((step_up,), move || step_up.is_open())
}
