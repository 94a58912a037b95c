//! The deploy page: the promotion line, the Deployment Package Repository below it, and the dialogs over both.

use leptos::prelude::*;
use leptos_meta::Title;
use padlock_contract::ErrorCode;
use padlock_contract::environments::Environment;
use padlock_contract::packages::PackageSummary;

use super::PromotionLine;
use super::actions::{PendingActions, action_callback};
use super::dialogs::dialogs;
use super::stop_dialog::stop_dialog;
use super::view_model::from_api;
use super::view_model::{CardModel, ConnectorModel};
use crate::features::packages::RepositorySection;
use crate::features::shell::{error_page, no_such_app};
use crate::lazy::LazyView;
use crate::lazy_view;
use crate::navigation::use_navigation;
use crate::routes::{ActivityFilter, OpenDialog, Route};
use crate::state::app_state::AppState;
use crate::state::my_apps::use_my_apps;
use crate::state::query::QueryState;
use crate::ui::{skeleton_promotion_line, skeleton_rows};

static REPOSITORY: LazyView<(AppState, RwSignal<Option<PackageSummary>>)> = lazy_view!(
    packages,
    |app_state: AppState, to_delete: RwSignal<Option<PackageSummary>>| view! { <RepositorySection app_state to_delete/> }
);

/// The deploy page of an app.
#[component]
pub fn DeployPage(
    /// The slug of the app.
    app: String,
) -> impl IntoView {
    let app_state = AppState::new(app.clone());
    let my_apps = use_my_apps();
    let name = Memo::new(move |_| app_state.app.ready(|app| app.name.clone()).unwrap_or_else(|| app.clone()));
    let (environments_outcome, app_outcome) = (app_state.environments.outcome(), app_state.app.outcome());
    let load_error = Memo::new(move |_| match (environments_outcome.get(), app_outcome.get()) {
        (QueryState::Failed(error), _) | (_, QueryState::Failed(error)) => Some(error),
        _ => None,
    });
    let to_delete = RwSignal::new(None);
    let is_loaded = app_state.is_loaded();
    // The list of apps is only needed by the app switcher, so it is loaded after the page.
    Effect::new(move |_| {
        if is_loaded.get() {
            my_apps.apps.load();
        }
    });
    let retry = Callback::new(move |()| app_state.retry());
    move || match load_error.get() {
        Some(error) if error.code() == Some(ErrorCode::NotFound) => {
            let slug = app_state.slug.get_value();
            my_apps.set_missing(slug.clone());
            no_such_app(&slug)
        }
        Some(error) => error_page(&error, retry),
        None => view! {
            <Title text=move || ["Deploy · ", &name.get()].concat()/>
            <div class="page deploy">
                <header class="page-head">
                    <h1>{move || name.get()}</h1>
                </header>
                <section
                    class="section"
                    aria-labelledby="environments"
                    aria-busy={move || (!is_loaded.get()).then_some("true")}
                >
                    <div class="section-head">
                        <h2 id="environments">"Environments"</h2>
                    </div>
                    {move || if is_loaded.get() {
                        promotion_line(app_state).into_any()
                    } else {
                        skeleton_promotion_line(3).into_any()
                    }}
                </section>
                {REPOSITORY.view((app_state, to_delete), repository_skeleton)}
            </div>
            {dialogs(app_state, to_delete)}
        }
        .into_any(),
    }
}

/// The repository while its area is loading.
fn repository_skeleton() -> AnyView {
    view! {
        <section class="section repository" aria-busy="true">
            <div class="section-head">
                <h2>"Deployment Package Repository"</h2>
            </div>
            {skeleton_rows(4)}
        </section>
    }
    .into_any()
}

fn promotion_line(app_state: AppState) -> impl IntoView {
    let navigation = use_navigation();
    let to_confirm = RwSignal::new(None);
    let pending = PendingActions::default();
    let cards = Memo::new(move |_| {
        let contact = app_state.technical_contact();
        let card = |environment: &Environment| {
            let own_kind = |(slug, kind): &(String, _)| (*slug == environment.slug).then_some(*kind);
            let own_pending: Vec<_> = pending.with(|pending| pending.iter().filter_map(own_kind).collect());
            let filter = ActivityFilter { environment: environment.slug.clone(), ..ActivityFilter::default() };
            let activity = Route::Activity { app: app_state.slug.get_value(), filter };
            let card = from_api::card(environment, &contact, &own_pending);
            CardModel { activity_href: navigation.href(&activity), ..card }
        };
        app_state.environments.ready(|all| all.iter().map(card).collect::<Vec<CardModel>>()).unwrap_or_default()
    });
    let connectors = Memo::new(move |_| {
        let connector =
            |(previous, environment): (&Environment, &Environment)| from_api::connector(previous, environment);
        let connectors =
            |all: &Vec<Environment>| all.iter().zip(all.iter().skip(1)).map(connector).collect::<Vec<ConnectorModel>>();
        app_state.environments.ready(connectors).unwrap_or_default()
    });
    let open_transport_dialog = move |from: String| {
        let next = |all: &Vec<Environment>| {
            all.iter().skip_while(|one| one.slug != from).nth(1).map(|environment| environment.slug.clone())
        };
        if let Some(Some(target)) = app_state.environments.ready_untracked(next) {
            navigation.go(&navigation.route_untracked().with_dialog(OpenDialog::Transport(target)));
        }
    };
    let on_action = action_callback(app_state, pending, to_confirm);
    view! {
        <PromotionLine cards connectors on_action on_transport=open_transport_dialog/>
        {stop_dialog(to_confirm)}
    }
}
