//! The **Deploy** menu of a package, which lists the environments.

use leptos::prelude::*;
use padlock_contract::Operation;
use padlock_contract::environments::Environment;
use padlock_contract::packages::PackageSummary;

use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::operation_status::operation_status;
use crate::ui::{ButtonKind, Menu, MenuItem};

/// Shows the menu. Choosing an environment opens the dialog that compares the packages and asks for confirmation.
#[component]
pub(super) fn DeployMenu(
    app_state: AppState,
    package: PackageSummary,
    #[prop(optional)] kind: ButtonKind,
) -> impl IntoView {
    let navigation = use_navigation();
    let label = package.name().to_owned();
    let PackageSummary { id, not_promoted, .. } = package;
    let items = Signal::derive(move || {
        // The row stays while deployments change what is refused.
        let present = app_state.repository.package(&id).map(|package| package.not_promoted);
        let not_promoted = present.as_ref().unwrap_or(&not_promoted);
        let item = |environment: &Environment| {
            let dialog = OpenDialog::Deploy { package: id.clone(), onto: environment.slug.clone() };
            let is_current = environment.package.as_ref().is_some_and(|package| package.id == id);
            let status = operation_status(environment, Operation::Deploy);
            let refusal = not_promoted.iter().find(|refusal| refusal.environment == environment.slug);
            let open_dialog = move |()| {
                let route = navigation.route_untracked();
                let is_in_dialog = route.dialog() != OpenDialog::None;
                let next = route.with_dialog(dialog.clone());
                // From the details, the dialog takes their place: one close is enough afterwards.
                if is_in_dialog { navigation.replace(&next) } else { navigation.go(&next) }
            };
            MenuItem::press(environment.name.as_str(), open_dialog)
                .padlock(status.padlock)
                .forbidden(status.forbidden_reason)
                .unavailable(status.unavailable_reason)
                .unavailable(refusal.map(|refusal| refusal.message.clone()).unwrap_or_default())
                .current(is_current)
        };
        app_state.environments.ready(|all| all.iter().map(item).collect::<Vec<_>>()).unwrap_or_default()
    });
    view! { <Menu label="Deploy" context=label items kind/> }
}
