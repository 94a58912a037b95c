//! Dropping a file onto the repository.

use leptos::ev::DragEvent;
use leptos::prelude::*;

use super::state::use_uploads;
use crate::features::board::Board;
use crate::outlook::sentences;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{Tone, attr, toasts};

/// Takes a file that is dropped on what it holds, and says beforehand that it would.
#[component]
pub fn DropArea(
    /// The app's.
    board: Board,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let (router, uploads, toasts) = (use_router(), use_uploads(), toasts());
    // Entering a child is told before leaving its parent, so they are counted.
    let inside = RwSignal::new(0_u32);
    let enter = move |event: DragEvent| {
        if carries_file(&event) {
            event.prevent_default();
            inside.update(|depth| *depth += 1);
        }
    };
    let leave = move |event: DragEvent| {
        if carries_file(&event) {
            inside.update(|depth| *depth = depth.saturating_sub(1));
        }
    };
    let over = move |event: DragEvent| {
        if carries_file(&event) {
            event.prevent_default();
        }
    };
    let drop = move |event: DragEvent| {
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        let Some(file) = file else { return };
        event.prevent_default();
        inside.set(0);
        let refused = board.app.ready_untracked(|app| sentences(&app.packages.reasons)).unwrap_or_default();
        if refused.is_empty() {
            uploads.drop_on(board.slug.get_value(), file);
            router.go(&router.route_untracked().opening(Open::Upload));
        } else {
            toasts.tell(Tone::Plain, refused);
        }
    };
    view! {
        <div
            class="drop-area"
            data-drop=attr(move || (inside.get() > 0).then_some(""))
            on:dragenter=enter
            on:dragleave=leave
            on:dragover=over
            on:drop=drop
        >
            {children()}
            <p class="drop-area-says" aria-hidden="true">"Drop the package to upload it"</p>
        </div>
    }
}

fn carries_file(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}
