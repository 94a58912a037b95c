//! The deletion of a package: the menu item, the reasons why it is not possible, and the confirmation dialog.

use leptos::prelude::*;
use leptos::task::spawn_local;
use padlock_contract::packages::PackageSummary;

use crate::api::use_api;
use crate::format::{format_size, join_with_and};
use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::operation_status::join_reasons;
use crate::state::query::last_some;
use crate::ui::{Button, ButtonKind, Dialog, Glyph, MenuItem, Notice, Tone, dialog_actions, toasts};

/// Returns what the visitor lacks to delete packages. Empty if nothing.
pub(super) fn missing_permission(app_state: AppState) -> String {
    app_state.app.ready(|app| join_reasons(&app.packages.reasons)).unwrap_or_default()
}

/// Returns why a package cannot be deleted while it is on an environment. Empty if it is on none.
pub(super) fn in_use_reason(app_state: AppState, package: &PackageSummary) -> String {
    let names = app_state.environments_holding(&package.id);
    if names.is_empty() {
        return String::new();
    }
    [package.name(), " is on ", &join_with_and(&names), ". Deploy another package there first."].concat()
}

/// Builds the **Delete** menu item, which opens the dialog.
pub(super) fn delete_menu_item(
    app_state: AppState,
    package: &PackageSummary,
    to_delete: RwSignal<Option<PackageSummary>>,
) -> MenuItem {
    let in_use_reason = in_use_reason(app_state, package);
    let package = package.clone();
    let open_dialog = move |()| to_delete.set(Some(package.clone()));
    MenuItem::press("Delete", open_dialog)
        .glyph(Glyph::Trash)
        .forbidden(missing_permission(app_state))
        .unavailable(in_use_reason)
        .danger()
}

/// Asks for confirmation and deletes the package. Open while `to_delete` holds a package.
#[component]
pub fn DeleteDialog(
    /// The state of the app.
    app_state: AppState,
    /// The package that the visitor is about to delete.
    to_delete: RwSignal<Option<PackageSummary>>,
) -> impl IntoView {
    let (api, navigation, toasts) = (use_api(), use_navigation(), toasts());
    let (busy, error_message) = (RwSignal::new(false), RwSignal::new(String::new()));
    // The closing dialog still names the package.
    let package = last_some(move || to_delete.get());
    let file_name = move || package.with(|package| package.as_ref().map(|p| p.file_name.clone()).unwrap_or_default());
    let close = move |()| {
        to_delete.set(None);
        error_message.set(String::new());
    };
    let delete = move |()| {
        let Some(package) = to_delete.get_untracked() else { return };
        busy.set(true);
        error_message.set(String::new());
        let app = app_state.slug.get_value();
        spawn_local(async move {
            match api.delete_package(&app, &package.id).await {
                Ok(_) => {
                    let route = navigation.route_untracked();
                    if route.dialog() == OpenDialog::Package(package.id) {
                        navigation.replace(&route.with_dialog(OpenDialog::None));
                    }
                    to_delete.try_set(None);
                    app_state.repository.refetch();
                    toasts.show(Tone::Good, [&package.file_name, " was deleted."].concat());
                }
                Err(error) => {
                    error_message.try_set(error.message());
                }
            }
            busy.try_set(false);
        });
    };
    let description = move || {
        package.with(|package| {
            package.as_ref().map(|package| {
                let (version, size, by) = (&package.version, format_size(package.size), &package.uploaded_by.name);
                format!("Version {version}, {size}, uploaded by {by}. It cannot be brought back, only uploaded again.")
            })
        })
    };
    view! {
        <Dialog
            open=Signal::derive(move || to_delete.with(Option::is_some))
            title=Signal::derive(move || ["Delete ", &file_name(), "?"].concat())
            on_close=close
            prevent_close=busy
        >
            <p>{description}</p>
            {move || {
                let text = error_message.get();
                (!text.is_empty()).then(|| view! {
                    <Notice tone=Tone::Bad title="It was not deleted." text/>
                })
            }}
            {dialog_actions(view! {
                <Button
                    label="Delete"
                    context=Signal::derive(file_name)
                    kind=ButtonKind::Danger
                    busy
                    on_press=delete
                />
                <Button label="Cancel" on_press=close/>
            })}
        </Dialog>
    }
}
