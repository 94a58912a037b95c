//! The dialog, open while the address says so: `?transport=<environment>` or `?deploy=<package>&onto=<environment>`.

use leptos::prelude::*;
use padlock_contract::packages::Package;

use super::ask::Ask;
use super::plan::{Plan, Wish};
use super::send::Phase;
use super::watch::Watch;
use crate::features::board::Board;
use crate::load::{Load, Loaded, kept};
use crate::outlook::outlook;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{Button, Dialog, Notice, PadlockState, dialog_actions, live, skeleton_lines};

/// The dialog.
#[component]
pub fn TransportDialog(
    /// The app's.
    board: Board,
) -> impl IntoView {
    let router = use_router();
    let wish = Memo::new(move |_| Wish::read(router.route().open()));
    let shown = kept(move || wish.get());
    let phase = RwSignal::new(Phase::Asking);
    // Another wish begins anew.
    Effect::new(move |_| {
        if wish.with(Option::is_some) {
            phase.set(Phase::Asking);
        } else {
            board.watched.set(None);
        }
    });
    let fetched = fetched(board, wish);
    let now = Memo::new(move |_| {
        let fetched = fetched.ready(|package| package.as_ref().map(Package::to_ref)).flatten();
        shown.with(|shown| shown.as_ref().and_then(|wish| wish.plan(board, fetched)))
    });
    // What was accepted keeps its words while the cards below change.
    let plan = Memo::new(move |before: Option<&Option<Plan>>| {
        let decided = phase.with(|phase| matches!(phase, Phase::Sending | Phase::Going(_)));
        match before {
            Some(Some(before)) if decided => Some(before.clone()),
            _ => now.get(),
        }
    });
    let title =
        Signal::derive(move || plan.with(|plan| plan.as_ref().map_or_else(|| "Transport".to_owned(), Plan::title)));
    let padlock = Signal::derive(move || {
        let decided = phase.with(|phase| matches!(phase, Phase::Going(_)));
        let look = plan.with(|plan| plan.as_ref().map(|plan| outlook(&plan.onto, plan.operation()).padlock));
        if decided { PadlockState::None } else { look.unwrap_or_default() }
    });
    let close = Callback::new(move |()| router.close(&router.route_untracked().opening(Open::Nothing)));
    let coming = Memo::new(move |_| {
        let on_its_way = |outcome: &Loaded<()>| *outcome == Loaded::Loading;
        board.environments.outcome().with(on_its_way)
            || board.repository.packages.outcome().with(on_its_way)
            || fetched.outcome().with(on_its_way)
    });
    let possible = Memo::new(move |_| plan.with(Option::is_some));
    let going = Memo::new(move |_| match phase.get() {
        Phase::Going(deployment) => Some(*deployment),
        _ => None,
    });
    view! {
        <Dialog open=Signal::derive(move || wish.with(Option::is_some)) title padlock on_close=close>
            {live(move || match (going.get(), possible.get(), coming.get()) {
                (Some(accepted), ..) => {
                    let onto = plan.with_untracked(|plan| plan.as_ref().map(|plan| plan.onto.slug.clone()));
                    view! { <Watch board accepted onto=onto.unwrap_or_default() on_close=close/> }.into_any()
                }
                (None, true, _) => view! { <Ask board plan phase on_close=close/> }.into_any(),
                (None, false, true) => skeleton_lines(4).into_any(),
                (None, false, false) => nothing(close).into_any(),
            })}
        </Dialog>
    }
}

/// The package of a deployment, which may not be in the list.
fn fetched(board: Board, wish: Memo<Option<Wish>>) -> Load<Option<Package>> {
    Load::new(move || {
        let wanted = wish.with(|wish| match wish {
            Some(Wish::Deploy { package, .. }) => Some(board.repository.find(package)),
            _ => None,
        });
        async move {
            match wanted {
                Some(package) => package.await.map(Some),
                None => Ok(None),
            }
        }
    })
}

/// An address that asks for something that is not possible (any more).
fn nothing(close: Callback<()>) -> impl IntoView {
    view! {
        <Notice
            title="There is nothing to transport here now."
            text="The environment or the package is not there, or nothing lies on the environment before."
        />
        {dialog_actions(view! { <Button label="Close" on_press=close/> })}
    }
}
