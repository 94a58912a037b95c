//! The timeline: activity entries grouped by day.

use js_sys::Date;
use leptos::prelude::*;
use padlock_contract::activity::ActivityEntry;

use super::day::{day_name, local_day, parse_time};
use super::kinds::{glyph, is_failure};
use crate::ui::{clock_at, exact_time, icon};

/// Shows the entries grouped by day, in the order given.
pub(super) fn timeline(entries: &[ActivityEntry]) -> impl IntoView + use<> {
    let now = Date::new_0();
    let days = entries.chunk_by(|one, other| day_of(one) == day_of(other));
    let days = days.filter_map(|entries| {
        let at = parse_time(entries.first()?.at.as_str());
        let (id, name) = (format!("day-{}", local_day(&at)), day_name(&at, &now));
        let labelled_by = id.clone();
        let items = entries.iter().map(item).collect_view();
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

fn item(entry: &ActivityEntry) -> impl IntoView + use<> {
    let at = parse_time(entry.at.as_str());
    // An entry without a person is an action of the portal itself.
    let who = entry.person.as_ref().map_or_else(|| "Padlock".to_owned(), |person| person.name.clone());
    view! {
        <li class="trail-entry" data-wrong=is_failure(&entry.kind).then_some("")>
            <span class="trail-glyph">{icon(glyph(&entry.kind))}</span>
            <p><strong>{who}</strong>" "{entry.text.clone()}</p>
            <time class="time" datetime=entry.at.as_str().to_owned() title=exact_time(&at)>
                {clock_at(at.get_time())}
            </time>
        </li>
    }
}
