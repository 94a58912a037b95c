//! The activity page.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use padlock_contract::activity::ActivityEntry;
use padlock_contract::apps::App;
use padlock_contract::{ErrorCode, Page, Person};

use super::export::Export;
use super::filters::{Filters, change_filter, use_filter};
use super::list::EntryList;
use super::people::People;
use super::timeline::timeline;
use crate::api::use_api;
use crate::features::shell::{error_page, no_such_app};
use crate::navigation::use_navigation;
use crate::routes::{ActivityFilter, Route};
use crate::state::my_apps::use_my_apps;
use crate::state::query::{Query, QueryState};
use crate::state::session::use_session;
use crate::ui::{Button, EmptyState, Glyph, LinkButton, Notice, Tone, skeleton_rows};

/// The activity page of an app.
#[component]
pub fn ActivityPage(
    /// The slug of the app.
    app: String,
) -> impl IntoView {
    let (api, my_apps, navigation) = (use_api(), use_my_apps(), use_navigation());
    let slug = StoredValue::new(app);
    let app = Query::new(move || slug.with_value(|slug| api.app(slug)));
    let people = People::new();
    add_known_people(slug, app, people);
    let filter = use_filter(navigation);
    let outcome = app.outcome();
    let name = Memo::new(move |_| app.ready(|app| app.name.clone()).unwrap_or_else(|| slug.get_value()));
    // The apps in the app switcher are loaded after the page itself.
    Effect::new(move |_| {
        if outcome.get() == QueryState::Ready(()) {
            my_apps.apps.load();
        }
    });
    let retry = Callback::new(move |()| app.retry());
    move || match outcome.get() {
        QueryState::Failed(error) if error.code() == Some(ErrorCode::NotFound) => {
            let slug = slug.get_value();
            my_apps.set_missing(slug.clone());
            no_such_app(&slug)
        }
        QueryState::Failed(error) => error_page(&error, retry),
        QueryState::Loading | QueryState::Ready(()) => {
            view! {
                <Title text=move || ["Activity · ", &name.get()].concat()/>
                <div class="page trail">
                    <header class="page-head">
                        <h1>"Activity"</h1>
                        <Export app slug/>
                    </header>
                    <Filters app people/>
                    // A new list for each filter.
                    {move || view! { <List slug filter=filter.get() people/> }}
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn List(slug: StoredValue<String>, filter: ActivityFilter, people: People) -> impl IntoView {
    let navigation = use_navigation();
    let is_unfiltered = filter == ActivityFilter::default();
    let list = EntryList::new(slug.get_value(), &filter, people);
    let (page, end_of_list) = (list.page, NodeRef::<html::P>::new());
    let outcome = page.outcome();
    let load_more_pressed = StoredValue::new(false);
    let is_empty = Memo::new(move |_| page.ready(|page| page.items.is_empty()).unwrap_or_default());
    let has_older = Memo::new(move |_| page.ready(|page| page.next_cursor.is_some()).unwrap_or_default());
    // **Load more** disappears with the last entries: the end of the list takes the focus.
    Effect::new(move |_| {
        if let (Some(end_of_list), true) = (end_of_list.get(), load_more_pressed.get_value()) {
            let _ = end_of_list.focus();
        }
    });
    let load_more = move |()| {
        load_more_pressed.set_value(true);
        list.load_more();
    };
    let clear_filters = move |()| change_filter(navigation, |filter| *filter = ActivityFilter::default());
    let empty_state = move || match (is_unfiltered, has_older.get()) {
        (true, _) => view! {
            <EmptyState
                glyph=Glyph::Activity
                title="Nothing has happened here yet"
                text="Upload a deployment package and deploy it. Whatever anybody does in this app is then listed here."
            >
                <LinkButton label="Deploy" href=navigation.href(&Route::deploy(slug.get_value()))/>
            </EmptyState>
        }
        .into_any(),
        (false, true) => view! {
            <EmptyState glyph=Glyph::Search title="Nothing found so far" text="There is more further back."/>
        }
        .into_any(),
        (false, false) => view! {
            <EmptyState
                glyph=Glyph::Search
                title="Nothing fits"
                text="Look for another person, type, environment or day."
            >
                <Button label="Clear filters" on_press=clear_filters/>
            </EmptyState>
        }
        .into_any(),
    };
    let footer = move || match (has_older.get(), is_empty.get()) {
        (true, _) => view! {
            <div class="table-foot"><Button label="Load more" busy=list.is_loading_more on_press=load_more/></div>
        }
        .into_any(),
        (false, true) => ().into_any(),
        (false, false) => {
            view! { <p class="trail-end" tabindex="-1" node_ref=end_of_list>"Nothing is older."</p> }.into_any()
        }
    };
    view! {
        <div class="trail-list" aria-busy={move || (outcome.get() == QueryState::Loading).then_some("true")}>
            {move || match outcome.get() {
                QueryState::Loading => skeleton_rows(8).into_any(),
                QueryState::Failed(error) => view! {
                    <Notice tone=Tone::Bad title="The activity could not be loaded." text=error.message()>
                        <Button label="Try again" on_press=move |()| page.retry()/>
                    </Notice>
                }
                .into_any(),
                QueryState::Ready(()) => view! {
                    {move || if is_empty.get() {
                        empty_state().into_any()
                    } else {
                        (move || page.ready(|page| slug.with_value(|slug| timeline(&page.items, slug, navigation)))).into_any()
                    }}
                    {footer}
                }
                .into_any(),
            }}
        </div>
    }
}

/// Adds people whom the list may not name: the visitor, the Technical Contact and, if the page is opened with a filter,
/// the people of the latest entries of all.
fn add_known_people(slug: StoredValue<String>, app: Query<App>, people: People) {
    let (api, session) = (use_api(), use_session());
    let visitor = untrack(|| session.account()).map(|account| Person { id: account.id, name: account.name });
    people.add(visitor);
    Effect::new(move |_| people.add(app.ready(|app| app.technical_contact.clone())));
    if untrack(|| use_filter(use_navigation()).get()) != ActivityFilter::default() {
        let latest = Query::new(move || slug.with_value(|slug| api.activity(slug, &[("limit", "200")], None)));
        Effect::new(move |_| {
            latest.ready(|page: &Page<ActivityEntry>| people.add_from_entries(&page.items));
        });
    }
}
