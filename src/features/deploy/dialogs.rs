//! The dialogs over the deploy page, in a part of the program of their own: most visits open none of them.

use leptos::prelude::*;
use padlock_contract::packages::Package;

use crate::features::board::Board;
use crate::features::packages::{DeleteDialog, DetailsDialog};
use crate::features::transport::TransportDialog;
use crate::features::upload::{UploadDialog, has_upload};
use crate::lazy_view;
use crate::router::use_router;
use crate::routes::Open;

/// All of them, from the first that is wanted on. `doomed` is the package that someone is about to delete.
pub(super) fn dialogs(board: Board, doomed: RwSignal<Option<Package>>) -> impl IntoView {
    let router = use_router();
    let wanted = Memo::new(move |before: Option<&bool>| {
        before == Some(&true)
            || router.route().open() != Open::Nothing
            || doomed.with(Option::is_some)
            || board.slug.with_value(|slug| has_upload(slug))
    });
    move || {
        wanted.get().then(|| lazy_view!(dialogs, |board: Board, doomed: RwSignal<Option<Package>>| all(board, doomed)))
    }
}

fn all(board: Board, doomed: RwSignal<Option<Package>>) -> impl IntoView {
    view! {
        <TransportDialog board/>
        <UploadDialog board/>
        <DetailsDialog board doomed/>
        <DeleteDialog board doomed/>
    }
}
