//! The activity page.

use leptos::{html, prelude::*};
use padlock_contract::activity::ActivityEntry;
use padlock_contract::apps::App;
use padlock_contract::{ErrorCode, Page, Person};

use super::export::Export;
use super::filters::{Filters, filter, look_for};
use super::list::Found;
use super::people::People;
use super::timeline::timeline;
use crate::features::shell::{failure_page, no_such_app, page_title, use_mine};
use crate::gateway::use_api;
use crate::load::{Load, Loaded};
use crate::router::use_router;
use crate::routes::{ActivityFilter, Route};
use crate::session::use_session;
use crate::ui::{Button, EmptyState, Glyph, LinkButton, Notice, Tone, attr, live, skeleton_rows};

/// The page.
#[component]
pub fn ActivityPage(
    /// The app's slug.
    app: String,
) -> impl IntoView {
    let (api, mine, router) = (use_api(), use_mine(), use_router());
    let slug = StoredValue::new(app);
    let about = Load::new(move || slug.with_value(|slug| api.app(slug)));
    let people = People::new();
    meet_the_team(slug, about, people);
    let filter = filter(router);
    let outcome = about.outcome();
    let name = Memo::new(move |_| about.ready(|app| app.name.clone()).unwrap_or_else(|| slug.get_value()));
    // The app switcher's list can wait until the page itself is there.
    Effect::new(move |_| {
        if outcome.get() == Loaded::Ready(()) {
            mine.want();
        }
    });
    let retry = Callback::new(move |()| about.retry());
    move || match outcome.get() {
        Loaded::Failed(failure) if failure.code() == Some(ErrorCode::NotFound) => {
            let slug = slug.get_value();
            mine.lose(slug.clone());
            no_such_app(&slug)
        }
        Loaded::Failed(failure) => failure_page(&failure, retry),
        Loaded::Loading | Loaded::Ready(()) => {
            page_title(Signal::derive(move || ["Activity · ", &name.get()].concat()));
            view! {
                <div class="page trail">
                    <header class="page-head">
                        <h1>"Activity"</h1>
                        <Export app=about slug/>
                    </header>
                    <Filters app=about people/>
                    // Another filter is another list.
                    {live(move || view! { <List slug filter=filter.get() people/> })}
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn List(slug: StoredValue<String>, filter: ActivityFilter, people: People) -> impl IntoView {
    let router = use_router();
    let all = filter == ActivityFilter::default();
    let found = Found::new(slug.get_value(), &filter, people);
    let (page, end) = (found.page, NodeRef::<html::P>::new());
    let outcome = page.outcome();
    let pressed = StoredValue::new(false);
    let none = Memo::new(move |_| page.ready(|page| page.items.is_empty()).unwrap_or_default());
    let older = Memo::new(move |_| page.ready(|page| page.next_cursor.is_some()).unwrap_or_default());
    // The button goes with the last of them: whoever pressed it must not be left nowhere.
    Effect::new(move |_| {
        if let (Some(end), true) = (end.get(), pressed.get_value()) {
            let _ = end.focus();
        }
    });
    let more = move |()| {
        pressed.set_value(true);
        found.more();
    };
    let everything = move |()| look_for(router, |filter| *filter = ActivityFilter::default());
    let nothing = move || match (all, older.get()) {
        (true, _) => view! {
            <EmptyState
                glyph=Glyph::Activity
                title="Nothing has happened here yet"
                text="Upload a deployment package and deploy it. Whatever anybody does in this app is then listed here."
            >
                <LinkButton label="Deploy" href=router.href(&Route::deploy(slug.get_value()))/>
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
                <Button label="Clear filters" on_press=everything/>
            </EmptyState>
        }
        .into_any(),
    };
    let foot = move || match (older.get(), none.get()) {
        (true, _) => view! {
            <div class="table-foot"><Button label="Load more" busy=found.more_coming on_press=more/></div>
        }
        .into_any(),
        (false, true) => ().into_any(),
        (false, false) => view! { <p class="trail-end" tabindex="-1" node_ref=end>"Nothing is older."</p> }.into_any(),
    };
    view! {
        <div class="trail-list" aria-busy=attr(move || (outcome.get() == Loaded::Loading).then_some("true"))>
            {live(move || match outcome.get() {
                Loaded::Loading => skeleton_rows(8).into_any(),
                Loaded::Failed(failure) => view! {
                    <Notice tone=Tone::Bad title="The activity could not be loaded." text=failure.sentence()>
                        <Button label="Try again" on_press=move |()| page.retry()/>
                    </Notice>
                }
                .into_any(),
                Loaded::Ready(()) => view! {
                    {live(move || if none.get() {
                        nothing()
                    } else {
                        live(move || page.ready(|page| timeline(&page.items))).into_any()
                    })}
                    {live(foot)}
                }
                .into_any(),
            })}
        </div>
    }
}

/// Who may be looked for before the list has shown them: the Technical Contact, the reader, and those of the latest
/// entries, when the address begins with a filter that hides them.
fn meet_the_team(slug: StoredValue<String>, app: Load<App>, people: People) {
    let (api, session) = (use_api(), use_session());
    let me = untrack(|| session.account()).map(|account| Person { id: account.id, name: account.name });
    people.meet(me);
    Effect::new(move |_| people.meet(app.ready(|app| app.technical_contact.clone())));
    if untrack(|| filter(use_router()).get()) != ActivityFilter::default() {
        let latest = Load::new(move || slug.with_value(|slug| api.activity(slug, &[("limit", "200")], None)));
        Effect::new(move |_| {
            latest.ready(|page: &Page<ActivityEntry>| people.meet_those_of(&page.items));
        });
    }
}
