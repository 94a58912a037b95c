//! The dialogs of the deploy page. They are an area of their own, because most visits open none of them.

use leptos::prelude::*;
use padlock_contract::packages::PackageSummary;

use crate::features::packages::{DeleteDialog, DetailsDialog};
use crate::features::transport::TransportDialog;
use crate::features::upload::UploadDialog;
use crate::lazy::LazyView;
use crate::lazy_view;
use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::uploads::has_upload;

static DIALOGS: LazyView<(AppState, RwSignal<Option<PackageSummary>>)> =
    lazy_view!(dialogs, |app_state: AppState, to_delete: RwSignal<Option<PackageSummary>>| all_dialogs(
        app_state, to_delete
    ));

/// Shows the dialogs from the moment the first of them is needed. `to_delete` is the package that the visitor is about
/// to delete.
pub(super) fn dialogs(app_state: AppState, to_delete: RwSignal<Option<PackageSummary>>) -> impl IntoView {
    let navigation = use_navigation();
    DIALOGS.view_once_needed((app_state, to_delete), move || {
        navigation.route().dialog() != OpenDialog::None
            || to_delete.with(Option::is_some)
            || app_state.slug.with_value(|slug| has_upload(slug))
    })
}

fn all_dialogs(app_state: AppState, to_delete: RwSignal<Option<PackageSummary>>) -> impl IntoView {
    view! {
        <TransportDialog app_state/>
        <UploadDialog app_state/>
        <DetailsDialog app_state to_delete/>
        <DeleteDialog app_state to_delete/>
    }
}
