//! The entries that match one filter, loaded page by page.

use futures::TryFutureExt;
use leptos::prelude::*;
use padlock_contract::Page;
use padlock_contract::activity::ActivityEntry;

use super::day::day_bounds;
use super::people::People;
use crate::api::{ApiError, use_api};
use crate::routes::ActivityFilter;
use crate::state::query::Query;
use crate::ui::{Tone, toasts};

/// How many entries are loaded at a time, if there are as many.
const BATCH_SIZE: usize = 25;
/// The largest number of requests for one batch: a page may have few entries or none.
const MAX_REQUESTS: usize = 8;

/// The entries that match a filter.
#[derive(Clone, Copy)]
pub(super) struct EntryList {
    /// The loaded entries.
    pub(super) page: Query<Page<ActivityEntry>>,
    pub(super) is_loading_more: RwSignal<bool>,
    /// The entries to which the next request adds older ones.
    to_extend: StoredValue<Option<Page<ActivityEntry>>>,
}

impl EntryList {
    pub(super) fn new(app: String, filter: &ActivityFilter, people: People) -> Self {
        let (api, toasts) = (use_api(), toasts());
        let query = StoredValue::new(filter_query(filter));
        let to_extend = StoredValue::new(None::<Page<ActivityEntry>>);
        let is_loading_more = RwSignal::new(false);
        let page = Query::new(move || {
            let app = app.clone();
            let loaded = to_extend.try_update_value(Option::take).flatten();
            let extends = loaded.is_some();
            let request = async move {
                let mut page = loaded.unwrap_or(Page { items: Vec::new(), next_cursor: None });
                let wanted = page.items.len() + BATCH_SIZE;
                let query = query.try_get_value().unwrap_or_default();
                let pairs: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
                for _ in 0..MAX_REQUESTS {
                    let next = api.activity(&app, &pairs, page.next_cursor.as_deref()).await?;
                    page.items.extend(next.items);
                    page.next_cursor = next.next_cursor;
                    if page.next_cursor.is_none() || page.items.len() >= wanted {
                        break;
                    }
                }
                people.add_from_entries(&page.items);
                is_loading_more.try_set(false);
                Ok::<_, ApiError>(page)
            };
            request.inspect_err(move |error| {
                is_loading_more.try_set(false);
                // The loaded entries stay in place of an error page, so a toast reports the error.
                if extends {
                    toasts.show(Tone::Bad, error.message());
                }
            })
        });
        Self { page, is_loading_more, to_extend }
    }

    /// Loads older entries.
    pub(super) fn load_more(self) {
        self.is_loading_more.set(true);
        self.to_extend.set_value(self.page.ready_untracked(Page::clone));
        self.page.refetch();
    }
}

/// Returns the filter as parameters of the API. A day becomes the time between two local midnights.
pub(super) fn filter_query(filter: &ActivityFilter) -> Vec<(&'static str, String)> {
    let ActivityFilter { person, kind, environment, day } = filter.clone();
    let (from, until) = day_bounds(&day).unwrap_or_default();
    [("person", person), ("type", kind), ("environment", environment), ("from", from), ("until", until)].into()
}
