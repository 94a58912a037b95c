//! What the activity is looked through for: person, kind, environment, day. All of it stands in the address.

use js_sys::Date;
use leptos::{html, prelude::*};
use padlock_contract::apps::App;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::choice::{Choice, Choices};
use super::day::day_of;
use super::kinds::KINDS;
use super::people::People;
use crate::load::Load;
use crate::router::{Router, use_router};
use crate::routes::{ActivityFilter, Route, parts_of_day};
use crate::ui::{Button, ButtonKind, attr, live, unique};

/// The filter in the address.
pub(super) fn filter(router: Router) -> Memo<ActivityFilter> {
    Memo::new(move |_| match router.route() {
        Route::Activity { filter, .. } => filter,
        _ => ActivityFilter::default(),
    })
}

/// Goes to what this filter shows.
pub(super) fn look_for(router: Router, change: impl FnOnce(&mut ActivityFilter)) {
    if let Route::Activity { app, mut filter } = router.route_untracked() {
        let before = filter.clone();
        change(&mut filter);
        if filter != before {
            router.go(&Route::Activity { app, filter });
        }
    }
}

/// The row of filters.
#[component]
pub(super) fn Filters(app: Load<App>, people: People) -> impl IntoView {
    let router = use_router();
    let filter = filter(router);
    let kinds = || KINDS.iter().map(|(word, name, _)| ((*word).to_owned(), (*name).to_owned())).collect::<Choices>();
    let environments = Signal::derive(move || {
        let choice = |app: &App| app.environments.iter().map(|one| (one.slug.clone(), one.name.clone())).collect();
        app.ready(choice).unwrap_or_default()
    });
    let day = unique("day");
    let choose_day = move |event| {
        let day = event_target_value(&event);
        if day.is_empty() || parts_of_day(&day).is_some() {
            look_for(router, |filter| filter.day = day);
        }
    };
    let row = NodeRef::<html::Div>::new();
    let clear = move |()| {
        look_for(router, |filter| *filter = ActivityFilter::default());
        // The button goes: whoever pressed it is at the first of the filters.
        let first = row.get_untracked().and_then(|row| row.query_selector("select").ok().flatten());
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    };
    let filtered = Memo::new(move |_| filter.with(|filter| *filter != ActivityFilter::default()));
    view! {
        <div class="trail-filters" role="group" aria-label="Filters" node_ref=row>
            <Choice
                label="Person"
                any="Everybody"
                choices=Signal::derive(move || people.choices())
                chosen=Signal::derive(move || filter.get().person)
                on_choose=move |person| look_for(router, |filter| filter.person = person)
            />
            <Choice
                label="Type"
                any="Everything"
                choices=Signal::derive(kinds)
                chosen=Signal::derive(move || filter.get().kind)
                on_choose=move |kind| look_for(router, |filter| filter.kind = kind)
            />
            <Choice
                label="Environment"
                any="All"
                choices=environments
                chosen=Signal::derive(move || filter.get().environment)
                on_choose=move |environment| look_for(router, |filter| filter.environment = environment)
            />
            <div class="field">
                <label class="field-label" for=day.clone()>"Day"</label>
                <span class="field-box">
                    <input
                        class="input"
                        id=day
                        type="date"
                        min="2000-01-01"
                        max=day_of(&Date::new_0())
                        prop:value=attr(move || filter.get().day)
                        on:change=choose_day
                    />
                </span>
            </div>
            {live(move || filtered.get().then(|| view! {
                <div class="trail-clear">
                    <Button label="Clear filters" kind=ButtonKind::Bare on_press=clear/>
                </div>
            }))}
        </div>
    }
}
