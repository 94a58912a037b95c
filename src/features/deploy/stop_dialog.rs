//! The dialog that asks before a protected environment is stopped.

use leptos::prelude::*;

use super::actions::PendingStop;
use crate::lazy::LazyView;
use crate::lazy_view;
use crate::state::query::last_some;
use crate::ui::{Button, ButtonKind, Dialog, dialog_actions, version};

static DIALOG: LazyView<(RwSignal<Option<PendingStop>>,)> =
    lazy_view!(dialogs, |to_confirm: RwSignal<Option<PendingStop>>| view! { <StopDialog to_confirm/> });

/// Shows the dialog from the moment it is first needed.
pub(super) fn stop_dialog(to_confirm: RwSignal<Option<PendingStop>>) -> impl IntoView {
    DIALOG.view_once_needed((to_confirm,), move || to_confirm.with(Option::is_some))
}

/// Asks for confirmation. Open while `to_confirm` holds an environment.
#[component]
fn StopDialog(to_confirm: RwSignal<Option<PendingStop>>) -> impl IntoView {
    let details = move || {
        to_confirm.with(|stop| stop.as_ref().map(|stop| (stop.environment_name().to_owned(), stop.version.clone())))
    };
    // The closing dialog still names the environment.
    let shown = last_some(details);
    let name = move || shown.with(|shown| shown.as_ref().map(|(name, _)| name.clone()).unwrap_or_default());
    let stop_label = Signal::derive(move || ["Stop ", &name()].concat());
    let padlock =
        Signal::derive(move || to_confirm.with(|stop| stop.as_ref().map(PendingStop::padlock)).unwrap_or_default());
    let close = move |()| to_confirm.set(None);
    let confirm = move |()| {
        if let Some(stop) = to_confirm.get_untracked() {
            to_confirm.set(None);
            stop.confirm();
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || to_confirm.with(Option::is_some))
            title=Signal::derive(move || [&stop_label.get(), "?"].concat())
            on_close=close
        >
            <p>
                {move || shown.get().map(|(_, running)| version(running))}
                " stops at once, for everybody who uses it. Nothing is deleted: you can start it again at any time."
            </p>
            {dialog_actions(view! {
                <Button label=stop_label kind=ButtonKind::Danger padlock on_press=confirm/>
                <Button label="Cancel" on_press=close/>
            })}
        </Dialog>
    }
}
