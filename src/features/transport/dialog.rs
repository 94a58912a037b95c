//! The dialog, open while the address has `?transport=<environment>` or `?deploy=<package>&onto=<environment>`.

use leptos::prelude::*;
use padlock_contract::packages::Package;

use super::confirm::Confirm;
use super::plan::{DeployRequest, Plan};
use super::progress::DeploymentProgress;
use super::submit::Phase;
use crate::navigation::use_navigation;
use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::query::{Query, QueryState, last_some};
use crate::ui::{Button, Dialog, Notice, PadlockState, dialog_actions, skeleton_lines};

/// Shows the dialog for the deployment that the address asks for.
#[component]
pub fn TransportDialog(
    /// The state of the app.
    app_state: AppState,
) -> impl IntoView {
    let navigation = use_navigation();
    let request = Memo::new(move |_| DeployRequest::from_dialog(navigation.route().dialog()));
    // The closing dialog still shows the request.
    let shown_request = last_some(move || request.get());
    let phase = RwSignal::new(Phase::Confirming);
    Effect::new(move |_| {
        if request.with(Option::is_some) {
            phase.set(Phase::Confirming);
        } else {
            app_state.watched_deployment.set(None);
        }
    });
    let fetched_package = fetch_package(app_state, request);
    let current_plan = Memo::new(move |_| {
        let fetched =
            fetched_package.ready(|package| package.as_ref().map(|package| package.summary.clone())).flatten();
        shown_request.with(|request| request.as_ref().and_then(|request| request.plan(app_state, fetched)))
    });
    // Once submitted, the plan stays the same although the environments change.
    let plan = Memo::new(move |previous: Option<&Option<Plan>>| {
        let is_submitted = phase.with(|phase| matches!(phase, Phase::Submitting | Phase::Accepted(_)));
        match previous {
            Some(Some(previous)) if is_submitted => Some(previous.clone()),
            _ => current_plan.get(),
        }
    });
    let title =
        Signal::derive(move || plan.with(|plan| plan.as_ref().map_or_else(|| "Transport".to_owned(), Plan::title)));
    let padlock = Signal::derive(move || {
        let is_accepted = phase.with(|phase| matches!(phase, Phase::Accepted(_)));
        let padlock = plan.with(|plan| plan.as_ref().map(|plan| plan.status().padlock));
        if is_accepted { PadlockState::None } else { padlock.unwrap_or_default() }
    });
    let close =
        Callback::new(move |()| navigation.close_dialog(&navigation.route_untracked().with_dialog(OpenDialog::None)));
    let is_loading = Memo::new(move |_| {
        let is_loading = |outcome: &QueryState<()>| *outcome == QueryState::Loading;
        app_state.environments.outcome().with(is_loading)
            || app_state.repository.packages.outcome().with(is_loading)
            || fetched_package.outcome().with(is_loading)
    });
    let has_plan = Memo::new(move |_| plan.with(Option::is_some));
    let accepted = Memo::new(move |_| match phase.get() {
        Phase::Accepted(deployment) => Some(*deployment),
        _ => None,
    });
    view! {
        <Dialog open=Signal::derive(move || request.with(Option::is_some)) title padlock on_close=close>
            {move || match (accepted.get(), has_plan.get(), is_loading.get()) {
                (Some(accepted), ..) => {
                    let target = plan.with_untracked(|plan| plan.as_ref().map(|plan| plan.target.slug.clone()));
                    let target = target.unwrap_or_default();
                    let retry = Callback::new(move |()| {
                        app_state.watched_deployment.set(None);
                        phase.set(Phase::Confirming);
                        app_state.refetch();
                    });
                    view! { <DeploymentProgress app_state accepted target on_retry=retry on_close=close/> }.into_any()
                }
                (None, true, _) => view! { <Confirm app_state plan phase on_close=close/> }.into_any(),
                (None, false, true) => skeleton_lines(4).into_any(),
                (None, false, false) => nothing_to_transport(close).into_any(),
            }}
        </Dialog>
    }
}

/// Fetches the package of a deployment from the repository, which may not be in the loaded list.
fn fetch_package(app_state: AppState, request: Memo<Option<DeployRequest>>) -> Query<Option<Package>> {
    Query::new(move || {
        let package = request.with(|request| match request {
            Some(DeployRequest::Deploy { package_id, .. }) => Some(app_state.repository.fetch(package_id)),
            _ => None,
        });
        async move {
            match package {
                Some(package) => package.await.map(Some),
                None => Ok(None),
            }
        }
    })
}

/// Shown if the deployment that the address asks for is not possible, or no longer possible.
fn nothing_to_transport(close: Callback<()>) -> impl IntoView {
    view! {
        <Notice
            title="There is nothing to transport here now."
            text="The environment or the package is not there, or nothing lies on the environment before."
        />
        {dialog_actions(view! { <Button label="Close" on_press=close/> })}
    }
}
