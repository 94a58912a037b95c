//! The filters of the activity: person, type, environment and day. They are kept in the address.

use js_sys::Date;
use leptos::{html, prelude::*};
use padlock_contract::apps::App;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::choice::{Choice, Choices};
use super::day::{day_text, local_day};
use super::kinds::KINDS;
use super::people::People;
use crate::navigation::{Navigation, use_navigation};
use crate::routes::{ActivityFilter, Route, parse_day};
use crate::state::query::Query;
use crate::ui::{Button, ButtonKind, unique_id};

/// Returns the filter in the address.
pub(super) fn use_filter(navigation: Navigation) -> Memo<ActivityFilter> {
    Memo::new(move |_| match navigation.route() {
        Route::Activity { filter, .. } => filter,
        _ => ActivityFilter::default(),
    })
}

/// Changes the filter in the address.
pub(super) fn change_filter(navigation: Navigation, change: impl FnOnce(&mut ActivityFilter)) {
    if let Route::Activity { app, mut filter } = navigation.route_untracked() {
        let previous = filter.clone();
        change(&mut filter);
        if filter != previous {
            navigation.go(&Route::Activity { app, filter });
        }
    }
}

/// The filters and the button that clears them.
#[component]
pub(super) fn Filters(app: Query<App>, people: People) -> impl IntoView {
    let navigation = use_navigation();
    let filter = use_filter(navigation);
    let kinds = || KINDS.iter().map(|(kind, label, _)| ((*kind).to_owned(), (*label).to_owned())).collect::<Choices>();
    let environments = Signal::derive(move || {
        let choices = |app: &App| {
            app.environments.iter().map(|environment| (environment.slug.clone(), environment.name.clone())).collect()
        };
        app.ready(choices).unwrap_or_default()
    });
    let (day_id, day_hint_id) = (unique_id("day"), unique_id("day-hint"));
    let choose_day = move |event| {
        let day = event_target_value(&event);
        if day.is_empty() || parse_day(&day).is_some() {
            change_filter(navigation, |filter| filter.day = day);
        }
    };
    let row = NodeRef::<html::Div>::new();
    let clear = move |()| {
        change_filter(navigation, |filter| *filter = ActivityFilter::default());
        // The button disappears, so the first filter takes the focus.
        let first = row.get_untracked().and_then(|row| row.query_selector("select").ok().flatten());
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    };
    let is_filtered = Memo::new(move |_| filter.with(|filter| *filter != ActivityFilter::default()));
    view! {
        <div class="trail-filters" role="group" aria-label="Filters" node_ref=row>
            <Choice
                label="Person"
                any_label="Everybody"
                choices=Signal::derive(move || people.choices())
                chosen=Signal::derive(move || filter.get().person)
                on_choose=move |person| change_filter(navigation, |filter| filter.person = person)
            />
            <Choice
                label="Type"
                any_label="Everything"
                choices=Signal::derive(kinds)
                chosen=Signal::derive(move || filter.get().kind)
                on_choose=move |kind| change_filter(navigation, |filter| filter.kind = kind)
            />
            <Choice
                label="Environment"
                any_label="All"
                choices=environments
                chosen=Signal::derive(move || filter.get().environment)
                on_choose=move |environment| change_filter(navigation, |filter| filter.environment = environment)
            />
            <div class="field">
                <label class="field-label" for=day_id.clone()>"Day"</label>
                <span class="field-box">
                    <input
                        class="input"
                        id=day_id
                        type="date"
                        min="2000-01-01"
                        max=local_day(&Date::new_0())
                        prop:value=move || filter.get().day
                        aria-describedby=day_hint_id.clone()
                        on:change=choose_day
                    />
                </span>
                // Browsers show the field in their own language, whatever the reader's is.
                <p class="field-hint" id=day_hint_id>{move || filter.with(|filter| day_text(&filter.day))}</p>
            </div>
            {move || is_filtered.get().then(|| view! {
                <div class="trail-clear">
                    <Button label="Clear filters" kind=ButtonKind::Bare on_press=clear/>
                </div>
            })}
        </div>
    }
}
