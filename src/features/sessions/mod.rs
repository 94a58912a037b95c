//! The visitor's sessions: which browsers and scripts are signed in, and ending them.

mod dialog;

use leptos::prelude::*;

use crate::lazy::{LazyView, nothing};
use crate::lazy_view;

static DIALOG: LazyView<(RwSignal<bool>,)> =
    lazy_view!(notices, |open: RwSignal<bool>| view! { <dialog::SessionsDialog open/> });

/// Holds the dialog **Sessions**, which is loaded when it is first opened.
#[component]
pub fn SessionsHost(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let is_needed = Memo::new(move |was_needed: Option<&bool>| was_needed == Some(&true) || open.get());
    move || is_needed.get().then(|| DIALOG.view((open,), nothing))
}
