//! Dropping a package on the repository.

use leptos::ev::DragEvent;
use leptos::prelude::*;

use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::operation_status::join_reasons;
use crate::state::uploads::use_uploads;
use crate::ui::{Tone, toasts};

/// An area on which a package can be dropped. It says so while a file is dragged over it.
#[component]
pub fn DropArea(
    /// The state of the app.
    app_state: AppState,
    /// The content of the area.
    children: Children,
) -> impl IntoView {
    let (navigation, uploads, toasts) = (use_navigation(), use_uploads(), toasts());
    // `dragenter` on a child is fired before `dragleave` on its parent, hence the count.
    let drag_depth = RwSignal::new(0_u32);
    let enter = move |event: DragEvent| {
        if carries_file(&event) {
            event.prevent_default();
            drag_depth.update(|depth| *depth += 1);
        }
    };
    let leave = move |event: DragEvent| {
        if carries_file(&event) {
            drag_depth.update(|depth| *depth = depth.saturating_sub(1));
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
        drag_depth.set(0);
        let forbidden_reason =
            app_state.app.ready_untracked(|app| join_reasons(&app.packages.reasons)).unwrap_or_default();
        if forbidden_reason.is_empty() {
            uploads.keep_dropped(app_state.slug.get_value(), file);
            navigation.go(&navigation.route_untracked().with_dialog(OpenDialog::Upload));
        } else {
            toasts.show(Tone::Plain, forbidden_reason);
        }
    };
    view! {
        <div
            class="drop-area"
            data-drop=move || (drag_depth.get() > 0).then_some("")
            on:dragenter=enter
            on:dragleave=leave
            on:dragover=over
            on:drop=drop
        >
            {children()}
            <p class="drop-area-text" aria-hidden="true">"Drop the package to upload it"</p>
        </div>
    }
}

fn carries_file(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}
