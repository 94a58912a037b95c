//! The dialog **Upload package**, and the button that opens it.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;

use super::state::{Sending, cancelled, use_uploads};
use super::strip::{Bar, cancel};
use crate::features::board::Board;
use crate::outlook::sentences;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{Button, Dialog, Glyph, Tone, attr, dialog_actions, focus_on_arrival, icon, live, toasts, unique};

/// **Upload package**.
#[component]
pub fn UploadButton(
    /// The app's.
    board: Board,
) -> impl IntoView {
    let router = use_router();
    let refused = Signal::derive(move || board.app.ready(|app| sentences(&app.packages.reasons)).unwrap_or_default());
    view! {
        <Button
            label="Upload package"
            glyph=Glyph::Upload
            refused
            on_press=move |()| router.go(&router.route_untracked().opening(Open::Upload))
        />
    }
}

/// The dialog.
#[component]
pub fn UploadDialog(
    /// The app's.
    board: Board,
) -> impl IntoView {
    let (router, uploads, toasts) = (use_router(), use_uploads(), toasts());
    let open = Memo::new(move |_| router.route().open() == Open::Upload);
    let now = Memo::new(move |_| board.slug.with_value(|slug| uploads.of(slug)));
    let under_way = Memo::new(move |_| {
        now.with(|now| now.as_ref().is_some_and(|upload| matches!(upload.state, Sending::Under { .. })))
    });
    Effect::new(move |_| board.slug.with_value(|slug| uploads.send_dropped(slug)));
    Effect::new(move |_| match now.get().map(|upload| (upload.state, upload.file_name)) {
        Some((Sending::Done(package), _)) => {
            uploads.forget();
            board.repository.again();
            if open.get_untracked() {
                router.replace(&router.route_untracked().opening(Open::Package(package.id)));
                toasts.announce([&package.file_name, " is in the repository."].concat());
            } else {
                toasts.tell(Tone::Good, [&package.file_name, " is in the repository."].concat());
            }
        }
        // An open dialog says it at the field.
        Some((Sending::Cancelled(percent), file_name)) if !open.get_untracked() => {
            uploads.forget();
            toasts.tell(Tone::Plain, [&file_name, ": ", &cancelled(percent)].concat());
        }
        Some((Sending::Failed(why), file_name)) if !open.get_untracked() => {
            uploads.forget();
            toasts.tell(Tone::Bad, [&file_name, ": ", &why].concat());
        }
        _ => {}
    });
    let close = Callback::new(move |()| {
        uploads.forget();
        router.close(&router.route_untracked().opening(Open::Nothing));
    });
    view! {
        <Dialog open title="Upload package" on_close=close>
            {live(move || if under_way.get() {
                view! {
                    <Bar board/>
                    <p class="is-muted">"It goes on when you close this dialog."</p>
                    {dialog_actions(view! { <Button label="Close" on_press=close/> {cancel()} })}
                }.into_any()
            } else {
                view! { <FileField board/> {dialog_actions(view! { <Button label="Cancel" on_press=close/> })} }.into_any()
            })}
        </Dialog>
    }
}

/// The file field: a real one that fills the area around it, so that one may drop a file there too.
#[component]
fn FileField(board: Board) -> impl IntoView {
    let uploads = use_uploads();
    let field = NodeRef::<html::Input>::new();
    let id = unique("file");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = format!("{error_id} {hint_id}");
    let last = Memo::new(move |_| board.slug.with_value(|slug| uploads.of(slug)).map(|upload| upload.state));
    let error = Memo::new(move |_| match last.get() {
        Some(Sending::Failed(why)) => why,
        _ => String::new(),
    });
    let called_off = move || match last.get() {
        Some(Sending::Cancelled(percent)) => Some(view! { <p class="field-hint">{cancelled(percent)}</p> }),
        _ => None,
    };
    // What was pressed before may be gone: **Cancel upload**.
    focus_on_arrival(field);
    let choose = move |_: Event| {
        let Some(input) = field.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // So that the same file, put right, can be chosen again.
        input.set_value("");
        if let Some(file) = file {
            board.slug.with_value(|slug| uploads.send(slug, file));
        }
    };
    view! {
        <div class="field file-field">
            <div class="file-drop">
                {icon(Glyph::Upload)}
                <label class="file-drop-label" for=id.clone()>"Deployment package"</label>
                <span class="field-hint" id=hint_id>"Choose a .mda file of at most 512 MiB, or drop it here."</span>
                <input
                    class="file-input"
                    id=id
                    type="file"
                    accept=".mda"
                    aria-describedby=described
                    aria-invalid=attr(move || (!error.with(String::is_empty)).then_some("true"))
                    on:change=choose
                    node_ref=field
                />
            </div>
            <div class="field-error" id=error_id aria-live="assertive">
                {live(move || {
                    let text = error.get();
                    (!text.is_empty()).then(|| view! { <p>{icon(Glyph::Error)}<span>{text}</span></p> })
                })}
            </div>
            <div role="status">{live(called_off)}</div>
        </div>
    }
}
