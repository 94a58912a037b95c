//! The progress bar of an upload, in its dialog and, while that is closed, above the list of packages.

use leptos::prelude::*;

use crate::lazy::{LazyView, nothing};
use crate::lazy_view;
use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::uploads::{Upload, use_uploads};
use crate::ui::{Button, Progress};

static CANCELLABLE_BAR: LazyView<(AppState,)> =
    lazy_view!(dialogs, |app_state: AppState| view! { <CancellableBar app_state/> });

/// The progress bar above the list of packages, shown while an upload is in progress and its dialog is closed.
#[component]
pub fn UploadProgressBar(
    /// The state of the app.
    app_state: AppState,
) -> impl IntoView {
    let navigation = use_navigation();
    let uploads = use_uploads();
    let is_shown = Memo::new(move |_| {
        let is_own = app_state.slug.with_value(|slug| uploads.find(slug).is_some());
        is_own && uploads.is_in_progress() && navigation.route().dialog() != OpenDialog::Upload
    });
    move || is_shown.get().then(|| CANCELLABLE_BAR.view((app_state,), nothing))
}

#[component]
fn CancellableBar(app_state: AppState) -> impl IntoView {
    view! { <div class="upload-progress"><ProgressBar app_state/>{cancel_button()}</div> }
}

#[component]
pub(super) fn ProgressBar(app_state: AppState) -> impl IntoView {
    let uploads = use_uploads();
    let upload = Memo::new(move |_| app_state.slug.with_value(|slug| uploads.find(slug)));
    let text = move |text_of: fn(&Upload) -> String| {
        Signal::derive(move || upload.with(|upload| upload.as_ref().map(text_of).unwrap_or_default()))
    };
    let percent = Signal::derive(move || {
        let percent = upload.with(|upload| upload.as_ref().and_then(|upload| upload.state.percent()));
        percent.and_then(|percent| u32::try_from(percent).ok()).map(f64::from)
    });
    view! {
        <Progress
            label=text(|upload| ["Uploading ", &upload.file_name].concat())
            percent
            detail=text(|upload| upload.state.progress_text())
        />
    }
}

pub(super) fn cancel_button() -> impl IntoView {
    let uploads = use_uploads();
    view! { <Button label="Cancel upload" on_press=move |()| uploads.cancel()/> }
}
