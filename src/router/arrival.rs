//! What happens after a page has changed: the focus goes to its heading, and the scroll position to where it belongs.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use leptos::ev;
use leptos::prelude::*;
use web_sys::ScrollRestoration;

use super::heading;

/// For how many frames a page may grow before its old scroll position is given up: about a second.
const PATIENCE: u32 = 60;

thread_local! {
    /// How far each page was scrolled when it was left, by its path.
    static SCROLLED: RefCell<BTreeMap<String, f64>> = const { RefCell::new(BTreeMap::new()) };
    /// Whether the reader came by Back or Forward.
    static BY_HISTORY: Cell<bool> = const { Cell::new(false) };
}

/// Remembers how far pages are scrolled. The browser would scroll back before the page is there.
pub(super) fn watch() {
    if let Ok(history) = window().history() {
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    }
    let _ = window_event_listener(ev::popstate, |_| BY_HISTORY.set(true));
    let _ = window_event_listener(ev::scroll, |_| {
        let path = window().location().pathname().unwrap_or_default();
        let y = window().scroll_y().unwrap_or_default();
        SCROLLED.with_borrow_mut(|scrolled| scrolled.insert(path, y));
    });
}

/// The page at this address is there now. One that was here before is where it was left; another begins at its top.
pub(super) fn at_page(href: &str) {
    heading::focus();
    let path = href.split('?').next().unwrap_or_default();
    let left_at =
        if BY_HISTORY.replace(false) { SCROLLED.with_borrow(|scrolled| scrolled.get(path).copied()) } else { None };
    settle(left_at.unwrap_or_default(), PATIENCE);
}

/// Scrolls as soon as the page is long enough.
fn settle(y: f64, patience: u32) {
    request_animation_frame(move || {
        let window = window();
        let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        let length = document().document_element().map(|root| root.scroll_height()).unwrap_or_default();
        if y <= 0.0 || f64::from(length) - height >= y {
            window.scroll_to_with_x_and_y(0.0, y);
        } else if patience > 0 {
            settle(y, patience - 1);
        }
    });
}
