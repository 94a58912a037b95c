//! The **Deploy** menu of a package, which lists the environments.

use leptos::prelude::*;
use padlock_contract::Operation;
use padlock_contract::environments::Environment;
use padlock_contract::packages::PackageSummary;

use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::operation_status::operation_status;
use crate::ui::{Menu, MenuItem};

/// Shows the menu. Choosing an environment opens the dialog that compares the packages and asks for confirmation.
#[component]
pub(super) fn DeployMenu(app_state: AppState, package: PackageSummary) -> impl IntoView {
    let navigation = use_navigation();
    let id = package.id;
    let items = Signal::derive(move || {
        let item = |environment: &Environment| {
            let dialog = OpenDialog::Deploy { package: id.clone(), onto: environment.slug.clone() };
            let is_current = environment.package.as_ref().is_some_and(|package| package.id == id);
            let status = operation_status(environment, Operation::Deploy);
            let open_dialog = move |()| navigation.go(&navigation.route_untracked().with_dialog(dialog.clone()));
            MenuItem::press(environment.name.as_str(), open_dialog)
                .padlock(status.padlock)
                .forbidden(status.forbidden_reason)
                .unavailable(status.unavailable_reason)
                .current(is_current)
        };
        app_state.environments.ready(|all| all.iter().map(item).collect::<Vec<_>>()).unwrap_or_default()
    });
    view! { <Menu label="Deploy" items/> }
}
