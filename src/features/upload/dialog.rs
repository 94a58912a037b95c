//! The dialog **Upload package**, and the button that opens it.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;

use super::progress_bar::{ProgressBar, cancel_button};
use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::operation_status::join_reasons;
use crate::state::uploads::{Upload, UploadState, cancelled_text, max_size_text, use_uploads};
use crate::ui::{Button, Dialog, Glyph, Tone, dialog_actions, focus_on_mount, icon, toasts, unique_id};

/// The button **Upload package**.
#[component]
pub fn UploadButton(
    /// The state of the app.
    app_state: AppState,
) -> impl IntoView {
    let navigation = use_navigation();
    let forbidden_reason =
        Signal::derive(move || app_state.app.ready(|app| join_reasons(&app.packages.reasons)).unwrap_or_default());
    view! {
        <Button
            label="Upload package"
            glyph=Glyph::Upload
            forbidden_reason
            on_press=move |()| navigation.go(&navigation.route_untracked().with_dialog(OpenDialog::Upload))
        />
    }
}

/// The dialog **Upload package**. Reports the end of the upload, also while it is closed.
#[component]
pub fn UploadDialog(
    /// The state of the app.
    app_state: AppState,
) -> impl IntoView {
    let (navigation, uploads, toasts) = (use_navigation(), use_uploads(), toasts());
    let open = Memo::new(move |_| navigation.route().dialog() == OpenDialog::Upload);
    let upload = Memo::new(move |_| app_state.slug.with_value(|slug| uploads.find(slug)));
    let is_in_progress =
        Memo::new(move |_| upload.with(|upload| upload.as_ref().is_some_and(|upload| upload.state.is_in_progress())));
    Effect::new(move |_| app_state.slug.with_value(|slug| uploads.send_dropped(slug)));
    Effect::new(move |_| match upload.get().map(|upload| (upload.state, upload.file_name)) {
        Some((UploadState::Done(package), _)) => {
            uploads.clear();
            app_state.repository.refetch();
            if open.get_untracked() {
                navigation.replace(&navigation.route_untracked().with_dialog(OpenDialog::Package(package.summary.id)));
                toasts.announce([&package.summary.file_name, " is in the repository."].concat());
            } else {
                toasts.show(Tone::Good, [&package.summary.file_name, " is in the repository."].concat());
            }
        }
        // An open dialog shows the end at the file field.
        Some((UploadState::Cancelled(percent), file_name)) if !open.get_untracked() => {
            uploads.clear();
            toasts.show(Tone::Plain, [&file_name, ": ", &cancelled_text(percent)].concat());
        }
        Some((UploadState::Failed(error_text), file_name)) if !open.get_untracked() => {
            uploads.clear();
            toasts.show(Tone::Bad, [&file_name, ": ", &error_text].concat());
        }
        _ => {}
    });
    let close = Callback::new(move |()| {
        uploads.clear();
        navigation.close_dialog(&navigation.route_untracked().with_dialog(OpenDialog::None));
    });
    view! {
        <Dialog open title="Upload package" on_close=close>
            {move || if is_in_progress.get() {
                view! {
                    <ProgressBar app_state/>
                    <p class="is-muted">"It goes on when you close this dialog."</p>
                    {dialog_actions(view! { <Button label="Close" on_press=close/> {cancel_button()} })}
                }.into_any()
            } else {
                view! {
                    <FileField app_state/>
                    {dialog_actions(view! { <Button label="Cancel" on_press=close/> })}
                }.into_any()
            }}
        </Dialog>
    }
}

/// The file field. Its input fills the area around it, so that a file can be dropped there too.
#[component]
fn FileField(app_state: AppState) -> impl IntoView {
    let uploads = use_uploads();
    let field = NodeRef::<html::Input>::new();
    let id = unique_id("file");
    let hint = ["Choose a .mda file of at most ", &max_size_text(), ", or drop it here."].concat();
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = format!("{error_id} {hint_id}");
    let upload = Memo::new(move |_| app_state.slug.with_value(|slug| uploads.find(slug)));
    let error = Memo::new(move |_| match upload.get() {
        Some(Upload { file_name, state: UploadState::Failed(error_text), .. }) => {
            [&file_name, ": ", &error_text].concat()
        }
        _ => String::new(),
    });
    let cancelled = move || match upload.get().map(|upload| upload.state) {
        Some(UploadState::Cancelled(percent)) => Some(view! { <p class="field-hint">{cancelled_text(percent)}</p> }),
        _ => None,
    };
    // **Cancel upload**, which may have had the focus, is gone.
    focus_on_mount(field);
    let choose = move |_: Event| {
        let Some(input) = field.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // Otherwise choosing the same file again, after a correction, fires no `change` event.
        input.set_value("");
        if let Some(file) = file {
            app_state.slug.with_value(|slug| uploads.send(slug, file));
        }
    };
    view! {
        <div class="field file-field">
            <div class="file-drop">
                {icon(Glyph::Upload)}
                <label class="file-drop-label" for=id.clone()>"Deployment package"</label>
                <span class="field-hint" id=hint_id>{hint}</span>
                <input
                    class="file-input"
                    id=id
                    type="file"
                    accept=".mda"
                    aria-describedby=described
                    aria-invalid=move || (!error.with(String::is_empty)).then_some("true")
                    on:change=choose
                    node_ref=field
                />
            </div>
            <div class="field-error" id=error_id aria-live="assertive">
                {move || {
                    let text = error.get();
                    (!text.is_empty()).then(|| view! { <p>{icon(Glyph::Error)}<span>{text}</span></p> })
                }}
            </div>
            <div role="status">{cancelled}</div>
        </div>
    }
}
