//! The timeline: activity entries grouped by day.

use js_sys::Date;
use leptos::prelude::*;
use leptos_router::components::A;
use padlock_contract::Person;
use padlock_contract::activity::{ActivityEntry, NamedObject, TextPart};

use super::day::{day_name, local_day, parse_time};
use super::kinds::{glyph, is_failure};
use crate::navigation::Navigation;
use crate::routes::{ActivityFilter, OpenDialog, Route};
use crate::ui::{clock_at, exact_time, icon, version};

/// Shows the entries grouped by day, in the order given.
pub(super) fn timeline(entries: &[ActivityEntry], app: &str, navigation: Navigation) -> impl IntoView + use<> {
    let now = Date::new_0();
    let days = entries.chunk_by(|one, other| day_of(one) == day_of(other));
    let days = days.filter_map(|entries| {
        let at = parse_time(entries.first()?.at.as_str());
        let (id, name) = (format!("day-{}", local_day(&at)), day_name(&at, &now));
        let labelled_by = id.clone();
        let items = entries.iter().map(|entry| item(entry, app, navigation)).collect_view();
        Some(view! {
            <section class="trail-day" aria-labelledby=labelled_by>
                <h2 id=id>{name}</h2>
                <ol>{items}</ol>
            </section>
        })
    });
    days.collect_view()
}

fn day_of(entry: &ActivityEntry) -> String {
    local_day(&parse_time(entry.at.as_str()))
}

fn item(entry: &ActivityEntry, app: &str, navigation: Navigation) -> impl IntoView + use<> {
    let at = parse_time(entry.at.as_str());
    let activity = |filter| Route::Activity { app: app.to_owned(), filter };
    // An entry without a person is an action of the portal itself.
    let who = match &entry.person {
        Some(Person { id, name }) => {
            let filter = ActivityFilter { person: id.clone(), ..ActivityFilter::default() };
            let href = navigation.href(&activity(filter));
            let name = name.clone();
            view! { <A href attr:translate="no">{name}</A> }.into_any()
        }
        None => "Padlock".into_any(),
    };
    // Earlier servers send no parts.
    let sentence = if entry.parts.is_empty() {
        entry.text.clone().into_any()
    } else {
        entry.parts.iter().map(|part| text_part(part, app, navigation)).collect_view().into_any()
    };
    view! {
        <li class="trail-entry" data-wrong=is_failure(&entry.kind).then_some("")>
            <span class="trail-glyph">{icon(glyph(&entry.kind))}</span>
            <p><strong>{who}</strong>" "{sentence}</p>
            <time class="time" datetime=entry.at.as_str().to_owned() title=exact_time(&at)>
                {clock_at(at.get_time())}
            </time>
        </li>
    }
}

/// A part of a sentence: a link if it names an object.
fn text_part(part: &TextPart, app: &str, navigation: Navigation) -> AnyView {
    let text = part.text.clone();
    match &part.object {
        Some(NamedObject::Package { id: Some(id) }) => {
            let href = navigation.href(&Route::deploy(app).with_dialog(OpenDialog::Package(id.clone())));
            view! { <A href>{version(text)}</A> }.into_any()
        }
        // An old entry, or one about a deleted package.
        Some(NamedObject::Package { id: None }) => version(text).into_any(),
        Some(NamedObject::Environment { .. }) => {
            let href = navigation.href(&Route::deploy(app));
            view! { <A href attr:translate="no">{text}</A> }.into_any()
        }
        Some(NamedObject::Unknown) | None => text.into_any(),
    }
}
