//! The history entry that `leptos_router` 0.8.17 leaves out.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::location::Location;

/// Keeps the address bar at the page that the router shows.
///
/// The router adds no history entry for a page which it takes for the current one. It is mistaken after Back and Forward:
/// it forgets the page on Back, but does not remember it again on Forward.
pub fn keep_complete(location: &Location) {
    let (pathname, search) = (location.pathname, location.search);
    Effect::new(move |_| {
        pathname.track();
        search.track();
        // The router adds its entry in the same task of the browser in which it changes the page: this is the next one.
        set_timeout(move || add_missing_entry(pathname, search), Duration::ZERO);
    });
}

fn add_missing_entry(pathname: Memo<String>, search: Memo<String>) {
    let (Some(path), Some(query)) = (pathname.try_get_untracked(), search.try_get_untracked()) else {
        return;
    };
    let shown = if query.is_empty() { path } else { [&path, "?", &query].concat() };
    let location = window().location();
    let address = [location.pathname(), location.search()].map(Result::unwrap_or_default).concat();
    if shown != address
        && let Ok(history) = window().history()
    {
        let _ = history.push_state_with_url(&wasm_bindgen::JsValue::UNDEFINED, "", Some(&shown));
    }
}
