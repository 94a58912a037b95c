//! Where the browser is, as a signal, and the way elsewhere without loading the portal anew.
//!
//! `leptos_router` does this for its own `Routes`; here [`Route`](crate::routes::Route) says what an address means, and
//! what is left to do is small.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// An address below this origin, as the browser writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) path: String,
    /// Without its question mark.
    pub(super) query: String,
}

impl Address {
    pub(super) fn of(href: &str) -> Self {
        let (path, query) = href.split_once('?').unwrap_or((href, ""));
        Self { path: path.to_owned(), query: query.to_owned() }
    }

    /// What the address bar says.
    fn in_bar() -> Self {
        let location = window().location();
        let query = location.search().unwrap_or_default();
        Self { path: location.pathname().unwrap_or_default(), query: query.trim_start_matches('?').to_owned() }
    }
}

/// The address bar.
#[derive(Clone, Copy)]
pub(super) struct Location(RwSignal<Address>);

impl Location {
    /// Follows the history for as long as the program runs.
    pub(super) fn new() -> Self {
        let at = RwSignal::new(Address::in_bar());
        let moved = window_event_listener(ev::popstate, move |_| {
            at.try_set(Address::in_bar());
        });
        on_cleanup(move || moved.remove());
        Self(at)
    }

    /// Reads and follows it.
    pub(super) fn with<R>(self, read: impl FnOnce(&Address) -> R) -> R {
        self.0.with(read)
    }

    /// Goes to an address of the portal, in place of this one or with a way back. Where the reader is already, nothing
    /// is added to the history.
    pub(super) fn go(self, href: &str, replace: bool) {
        let to = Address::of(href);
        if let (Ok(history), true) = (window().history(), to != Address::in_bar()) {
            // A browser refuses a page that does this too often: then the bar is behind, and the page is right.
            let _ = if replace {
                history.replace_state_with_url(&JsValue::NULL, "", Some(href))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(href))
            };
        }
        self.0.set(to);
    }
}
