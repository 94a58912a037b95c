//! Dialogs: the browser's own `<dialog>`, modal, a sheet from the bottom on phones.

use std::time::Duration;

use leptos::{ev::Event, html, prelude::*};
use web_sys::{Element, HtmlElement};

use super::{Glyph, IconButton, Padlock, PadlockState, Toasts, focus_page, focus_page_if_lost, live, unique};

/// How long what is inside stays while the dialog leaves; a little more than the CSS takes.
const LEAVING: Duration = Duration::from_millis(240);

/// A modal dialog. It opens and closes with `open`; Escape and the cross only ask
/// ([`on_close`](DialogProps::on_close)), the caller closes. The browser traps the focus and gives
/// it back to where it was. What is inside is made when it opens and gone when it has closed.
#[component]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Its heading, and its accessible name.
    #[prop(into)]
    title: Signal<String>,
    /// Someone wants it closed.
    #[prop(into)]
    on_close: Callback<()>,
    /// A padlock before the heading.
    #[prop(optional, into)]
    padlock: Signal<PadlockState>,
    /// Must not be closed now (something is being sent that cannot be taken back).
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// 640 px instead of 440.
    #[prop(optional)]
    wide: bool,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let filled = RwSignal::new(false);
    let toasts = use_context::<Toasts>();
    let keep_toasts = move |opened: Option<&Element>| {
        if let Some(toasts) = toasts {
            toasts.follow(opened);
        }
    };
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted {
            filled.set(true);
            // A frame later, when what is inside is there to take the focus.
            request_animation_frame(move || {
                if open.try_get_untracked() == Some(true) && !dialog.open() {
                    let _ = dialog.show_modal();
                    keep_toasts(Some(&dialog));
                }
            });
        } else {
            if dialog.open() {
                dialog.close();
            }
            set_timeout(
                move || {
                    // It may be about to open again by now.
                    let unwanted = open.try_get_untracked() == Some(false);
                    if unwanted && node.try_get_untracked().flatten().is_some_and(|dialog| !dialog.open()) {
                        filled.try_set(false);
                    }
                },
                LEAVING,
            );
        }
    });
    let ask = move |event: Event| {
        event.prevent_default();
        if !locked.get_untracked() {
            on_close.run(());
        }
    };
    // Browsers close on a second Escape whatever the page says: then the caller must hear of it.
    let closed = move |_| {
        if let Some(dialog) = node.get_untracked() {
            keep_focus(&dialog);
        }
        keep_toasts(None);
        if open.get_untracked() {
            on_close.run(());
        }
    };
    // Gone with its page while it was open.
    on_cleanup(move || {
        if let Some(dialog) = node.try_get_untracked().flatten().filter(|dialog| dialog.open()) {
            dialog.close();
            keep_toasts(None);
        }
    });
    let id = unique("dialog");
    let named_by = id.clone();
    let guarded = Memo::new(move |_| padlock.get() != PadlockState::None);
    view! {
        <dialog
            class="dialog"
            data-wide=wide.then_some("")
            aria-labelledby=named_by
            on:cancel=ask
            on:close=closed
            node_ref=node
        >
            {live(move || {
                let children = children.clone();
                let id = id.clone();
                filled.get().then(|| view! {
                    <header class="dialog-head">
                        {live(move || guarded.get().then(|| view! { <Padlock state=padlock/> }))}
                        <h2 id=id>{title}</h2>
                    </header>
                    <div class="dialog-body">{children()}</div>
                    // Last, so that the focus begins at what the dialog is for.
                    <div class="dialog-close" hidden=locked>
                        <IconButton label="Close" glyph=Glyph::Close on_press=on_close/>
                    </div>
                }.into_any())
            })}
        </dialog>
    }
}

/// What had the focus before may be gone, as a button is with what it was for: then the browser leaves the focus in the
/// closed dialog, or nowhere, and Tab would go on from anywhere. It goes on from the page's start.
fn keep_focus(dialog: &HtmlElement) {
    if dialog.contains(document().active_element().as_deref()) {
        focus_page();
    } else {
        focus_page_if_lost();
    }
}

/// The row of buttons at a dialog's foot: the act first, the ways out after it.
pub fn dialog_actions(buttons: impl IntoView) -> impl IntoView {
    view! { <footer class="dialog-actions">{buttons}</footer> }
}
