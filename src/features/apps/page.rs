//! The page that lists the visitor's apps.

use leptos::prelude::*;
use leptos_meta::Title;

use super::card::app_card;
use crate::features::shell::error_page;
use crate::navigation::use_navigation;
use crate::state::my_apps::use_my_apps;
use crate::state::query::QueryState;
use crate::ui::{EmptyState, Glyph, skeleton_cards};

/// The page that lists the apps of which the visitor is a member.
#[component]
pub fn AppsPage() -> impl IntoView {
    let (my_apps, navigation) = (use_my_apps(), use_navigation());
    my_apps.apps.load();
    let outcome = my_apps.apps.outcome();
    let retry = Callback::new(move |()| my_apps.apps.retry());
    let list = move || {
        let cards = my_apps.apps.ready(|apps| apps.iter().map(|app| app_card(app, navigation)).collect_view());
        match cards {
            Some(cards) if !cards.is_empty() => view! { <ul class="apps">{cards}</ul> }.into_any(),
            Some(_) => view! {
                <EmptyState
                    glyph=Glyph::Apps
                    title="You are not a member of any app yet"
                    text="The Technical Contact of an app can take you into its team. Then it is listed here."
                />
            }
            .into_any(),
            None => skeleton_cards(3).into_any(),
        }
    };
    move || match outcome.get() {
        QueryState::Failed(error) => error_page(&error, retry),
        QueryState::Loading | QueryState::Ready(()) => view! {
            <Title text="Apps"/>
            <div class="page">
                <header class="page-head">
                    <h1>"Apps"</h1>
                </header>
                {list}
            </div>
        }
        .into_any(),
    }
}
