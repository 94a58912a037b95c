//! **Deploy**: onto which environment.

use leptos::prelude::*;
use padlock_contract::Operation;
use padlock_contract::environments::Environment;
use padlock_contract::packages::Package;

use crate::features::board::Board;
use crate::outlook::outlook;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{Menu, MenuItem};

/// A button with the environments behind it; choosing one opens the dialog that says what would happen.
#[component]
pub(super) fn DeployMenu(board: Board, package: Package) -> impl IntoView {
    let router = use_router();
    let id = package.id;
    let items = Signal::derive(move || {
        let line = |environment: &Environment| {
            let open = Open::Deploy { package: id.clone(), onto: environment.slug.clone() };
            let here = environment.package.as_ref().is_some_and(|package| package.id == id);
            let look = outlook(environment, Operation::Deploy);
            let go = move |()| router.go(&router.route_untracked().opening(open.clone()));
            MenuItem::press(environment.name.as_str(), go)
                .padlock(look.padlock)
                .refused(look.refused)
                .not_now(look.not_now)
                .current(here)
        };
        board.environments.ready(|all| all.iter().map(line).collect::<Vec<_>>()).unwrap_or_default()
    });
    view! { <Menu label="Deploy" items/> }
}
