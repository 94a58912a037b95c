//! The page of my apps.

use leptos::prelude::*;

use super::card::app_card;
use crate::features::shell::{failure_page, page_title, use_mine};
use crate::load::Loaded;
use crate::router::use_router;
use crate::ui::{EmptyState, Glyph, skeleton_cards};

/// The page.
#[component]
pub fn AppsPage() -> impl IntoView {
    let (mine, router) = (use_mine(), use_router());
    mine.want();
    let outcome = mine.apps.outcome();
    let retry = Callback::new(move |()| mine.apps.retry());
    let list = move || {
        let cards = mine.apps.ready(|apps| apps.iter().map(|app| app_card(app, router)).collect_view());
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
        Loaded::Failed(failure) => failure_page(&failure, retry),
        Loaded::Loading | Loaded::Ready(()) => {
            page_title("Apps");
            view! {
                <div class="page">
                    <header class="page-head">
                        <h1>"Apps"</h1>
                    </header>
                    {list}
                </div>
            }
            .into_any()
        }
    }
}
