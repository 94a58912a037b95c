//! The visitor's sessions: which browsers and scripts are signed in, and ending them.

mod dialog;

use leptos::prelude::*;

use crate::lazy::LazyView;
use crate::lazy_view;

static DIALOG: LazyView<(RwSignal<bool>,)> =
    lazy_view!(notices, |open: RwSignal<bool>| view! { <dialog::SessionsDialog open/> });

/// Holds the dialog **Sessions**, which is loaded when it is first opened.
#[component]
pub fn SessionsHost(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    DIALOG.view_once_needed((open,), move || open.get())
}
