//! The bar of an upload, in its dialog and, when that is closed, above the list.

use leptos::prelude::*;

use super::state::{Upload, use_uploads};
use crate::features::board::Board;
use crate::lazy_view;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{Button, Progress};

/// The bar above the list, while its dialog is closed.
#[component]
pub fn UploadStrip(
    /// The app's.
    board: Board,
) -> impl IntoView {
    let router = use_router();
    let uploads = use_uploads();
    let wanted = Memo::new(move |_| {
        let mine = board.slug.with_value(|slug| uploads.of(slug).is_some());
        mine && uploads.under_way() && router.route().open() != Open::Upload
    });
    move || wanted.get().then(|| lazy_view!(dialogs, |board: Board| view! { <Strip board/> }))
}

#[component]
fn Strip(board: Board) -> impl IntoView {
    view! { <div class="upload-strip"><Bar board/>{cancel()}</div> }
}

/// The bar itself.
#[component]
pub(super) fn Bar(board: Board) -> impl IntoView {
    let uploads = use_uploads();
    let now = Memo::new(move |_| board.slug.with_value(|slug| uploads.of(slug)));
    let read = move |read: fn(&Upload) -> String| {
        Signal::derive(move || now.with(|now| now.as_ref().map(read).unwrap_or_default()))
    };
    let percent = Signal::derive(move || {
        let percent = now.with(|now| now.as_ref().and_then(|upload| upload.state.percent()));
        percent.and_then(|percent| u32::try_from(percent).ok()).map(f64::from)
    });
    view! {
        <Progress
            label=read(|upload| ["Uploading ", &upload.file_name].concat())
            percent
            detail=read(|upload| upload.state.figures())
        />
    }
}

/// **Cancel upload**.
pub(super) fn cancel() -> impl IntoView {
    let uploads = use_uploads();
    view! { <Button label="Cancel upload" on_press=move |()| uploads.cancel()/> }
}
