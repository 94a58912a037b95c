//! Modal dialogs on top of the native `<dialog>`. On phones they are sheets at the bottom of the screen.

use std::time::Duration;

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use super::{Glyph, IconButton, Padlock, PadlockState, Toasts, focus_page, focus_page_if_lost, unique_id};

/// How long the content stays after the dialog was closed: slightly longer than the CSS transition.
const CLOSE_TRANSITION: Duration = Duration::from_millis(240);

/// A modal dialog. The caller opens and closes it with `open`; Escape and the close button only call
/// [`on_close`](DialogProps::on_close). The browser traps the focus and returns it to the previous element. The content
/// is created when the dialog opens and dropped after it has closed.
#[component]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// The heading, which is also the accessible name.
    #[prop(into)]
    title: Signal<String>,
    /// Called when the visitor wants to close it.
    #[prop(into)]
    on_close: Callback<()>,
    /// A padlock before the heading.
    #[prop(optional, into)]
    padlock: Signal<PadlockState>,
    /// Whether the visitor cannot close it, as while a request is sent that cannot be cancelled.
    #[prop(optional, into)]
    prevent_close: Signal<bool>,
    /// Whether it is 640 px wide instead of 440 px.
    #[prop(optional)]
    wide: bool,
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let has_content = RwSignal::new(false);
    let toasts = use_context::<Toasts>();
    let move_toasts = move |dialog: Option<&Element>| {
        if let Some(toasts) = toasts {
            toasts.move_into(dialog);
        }
    };
    Effect::new(move |_| {
        let is_open = open.get();
        let Some(dialog) = node.get() else { return };
        if is_open {
            has_content.set(true);
            // Opened in the next frame, when the content has been rendered and `show_modal` can focus it.
            request_animation_frame(move || {
                if open.try_get_untracked() == Some(true) && !dialog.open() {
                    let _ = dialog.show_modal();
                    move_toasts(Some(&dialog));
                }
            });
        } else {
            if dialog.open() {
                dialog.close();
            }
            set_timeout(
                move || {
                    // The dialog may have been opened again in the meantime.
                    let is_still_closed = open.try_get_untracked() == Some(false);
                    if is_still_closed && node.try_get_untracked().flatten().is_some_and(|dialog| !dialog.open()) {
                        has_content.try_set(false);
                    }
                },
                CLOSE_TRANSITION,
            );
        }
    });
    let on_cancel_event = move |event: Event| {
        event.prevent_default();
        if !prevent_close.get_untracked() {
            on_close.run(());
        }
    };
    // Browsers close a dialog on a second Escape even if the page prevents it; the caller has to be told.
    let on_close_event = move |_| {
        if let Some(dialog) = node.get_untracked() {
            restore_focus(&dialog);
        }
        move_toasts(None);
        if open.get_untracked() {
            on_close.run(());
        }
    };
    // The visitor may leave the page while the dialog is open.
    on_cleanup(move || {
        if let Some(dialog) = node.try_get_untracked().flatten().filter(|dialog| dialog.open()) {
            dialog.close();
            move_toasts(None);
        }
    });
    let heading_id = unique_id("dialog");
    let labelled_by = heading_id.clone();
    let has_padlock = Memo::new(move |_| padlock.get() != PadlockState::None);
    view! {
        <dialog
            class="dialog"
            data-wide=wide.then_some("")
            aria-labelledby=labelled_by
            on:cancel=on_cancel_event
            on:close=on_close_event
            node_ref=node
        >
            {move || {
                let children = children.clone();
                let heading_id = heading_id.clone();
                has_content.get().then(|| view! {
                    <div class="dialog-head">
                        {move || has_padlock.get().then(|| view! { <Padlock state=padlock/> })}
                        <h2 id=heading_id translate="no">{title}</h2>
                    </div>
                    <div class="dialog-body">{children()}</div>
                    // Last, so that the first focusable element is part of the content.
                    <div class="dialog-close" hidden=prevent_close>
                        <IconButton label="Close" glyph=Glyph::Close on_press=on_close/>
                    </div>
                }.into_any())
            }}
        </dialog>
    }
}

/// Focuses the page if the browser could not return the focus to the previous element because that was removed, as the
/// "Delete" button of a deleted package is. The focus would otherwise stay in the closed dialog or be lost.
fn restore_focus(dialog: &HtmlElement) {
    if dialog.contains(document().active_element().as_deref()) {
        focus_page();
    } else {
        focus_page_if_lost();
    }
}

/// Renders the row of buttons at the bottom of a dialog. The main action comes first, Cancel or Close after it.
pub fn dialog_actions(buttons: impl IntoView) -> impl IntoView {
    view! { <div class="dialog-actions">{buttons}</div> }
}
