//! Entries as a timeline: a day, and what was done on it.

use js_sys::Date;
use leptos::prelude::*;
use padlock_contract::activity::ActivityEntry;

use super::day::{day_of, moment, name};
use super::kinds::{glyph, went_wrong};
use crate::ui::{clock_at, exact_time, icon};

/// The timeline.
pub(super) fn timeline(entries: &[ActivityEntry]) -> impl IntoView + use<> {
    let now = Date::new_0();
    let days = entries.chunk_by(|one, other| day_of(&moment(one.at.as_str())) == day_of(&moment(other.at.as_str())));
    let days = days.filter_map(|entries| {
        let at = moment(entries.first()?.at.as_str());
        let (id, name) = (format!("day-{}", day_of(&at)), name(&at, &now));
        let named_by = id.clone();
        let lines = entries.iter().map(line).collect_view();
        Some(view! {
            <section class="trail-day" aria-labelledby=named_by>
                <h2 id=id>{name}</h2>
                <ol>{lines}</ol>
            </section>
        })
    });
    days.collect_view()
}

fn line(entry: &ActivityEntry) -> impl IntoView + use<> {
    let at = moment(entry.at.as_str());
    // What nobody did, the portal did.
    let who = entry.person.as_ref().map_or_else(|| "Padlock".to_owned(), |person| person.name.clone());
    view! {
        <li class="trail-entry" data-wrong=went_wrong(&entry.kind).then_some("")>
            <span class="trail-glyph">{icon(glyph(&entry.kind))}</span>
            <p><strong>{who}</strong>" "{entry.text.clone()}</p>
            <time class="time" datetime=entry.at.as_str().to_owned() title=exact_time(&at)>{clock_at(at.get_time())}</time>
        </li>
    }
}
