//! What one filter shows: as much as is here, and more on demand.

use futures::TryFutureExt;
use leptos::prelude::*;
use padlock_contract::Page;
use padlock_contract::activity::ActivityEntry;

use super::day::bounds;
use super::people::People;
use crate::gateway::{Failure, use_api};
use crate::load::Load;
use crate::routes::ActivityFilter;
use crate::ui::{Tone, toasts};

/// So many entries more are wanted at a time, if there are.
const WANTED: usize = 25;
/// So often is asked for them: a page may come short.
const ROUNDS: usize = 8;

/// The entries that fit a filter.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// Those that are here.
    pub(super) page: Load<Page<ActivityEntry>>,
    /// Whether more are on their way.
    pub(super) more_coming: RwSignal<bool>,
    begun: StoredValue<Option<Page<ActivityEntry>>>,
}

impl Found {
    pub(super) fn new(app: String, filter: &ActivityFilter, people: People) -> Self {
        let (api, toasts) = (use_api(), toasts());
        let query = StoredValue::new(query(filter));
        let begun = StoredValue::new(None::<Page<ActivityEntry>>);
        let more_coming = RwSignal::new(false);
        let page = Load::new(move || {
            let app = app.clone();
            let begun = begun.try_update_value(Option::take).flatten();
            let goes_on = begun.is_some();
            let found = async move {
                let mut page = begun.unwrap_or(Page { items: Vec::new(), next_cursor: None });
                let wanted = page.items.len() + WANTED;
                let query = query.try_get_value().unwrap_or_default();
                let pairs: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
                for _ in 0..ROUNDS {
                    let next = api.activity(&app, &pairs, page.next_cursor.as_deref()).await?;
                    page.items.extend(next.items);
                    page.next_cursor = next.next_cursor;
                    if page.next_cursor.is_none() || page.items.len() >= wanted {
                        break;
                    }
                }
                people.meet_those_of(&page.items);
                more_coming.try_set(false);
                Ok::<_, Failure>(page)
            };
            found.inspect_err(move |failure| {
                more_coming.try_set(false);
                // What is here stays, so only this says that there is not more.
                if goes_on {
                    toasts.tell(Tone::Bad, failure.sentence());
                }
            })
        });
        Self { page, more_coming, begun }
    }

    /// Fetches older ones too.
    pub(super) fn more(self) {
        self.more_coming.set(true);
        self.begun.set_value(self.page.ready_untracked(Page::clone));
        self.page.again();
    }
}

/// The filter as the API takes it: a day is the time between two of the reader's midnights.
pub(super) fn query(filter: &ActivityFilter) -> Vec<(&'static str, String)> {
    let ActivityFilter { person, kind, environment, day } = filter.clone();
    let (from, until) = bounds(&day).unwrap_or_default();
    [("person", person), ("type", kind), ("environment", environment), ("from", from), ("until", until)].into()
}
