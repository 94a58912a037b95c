//! The scroll position of a page that has just been opened.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use leptos::ev;
use leptos::prelude::*;
use web_sys::ScrollRestoration;

/// For how many frames a page may grow before its old scroll position is given up: about a second.
const MAX_FRAMES: u32 = 60;

thread_local! {
    /// The scroll position of each page when it was left, by its path.
    static POSITIONS: RefCell<BTreeMap<String, f64>> = const { RefCell::new(BTreeMap::new()) };
    /// Whether the visitor came by Back or Forward.
    static BY_HISTORY: Cell<bool> = const { Cell::new(false) };
}

/// Remembers scroll positions. The browser would restore them before the page is there.
pub(super) fn remember() {
    if let Ok(history) = window().history() {
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    }
    let _ = window_event_listener(ev::popstate, |_| BY_HISTORY.set(true));
    let _ = window_event_listener(ev::scroll, |_| {
        let path = window().location().pathname().unwrap_or_default();
        let y = window().scroll_y().unwrap_or_default();
        POSITIONS.with_borrow_mut(|positions| positions.insert(path, y));
    });
}

/// Scrolls to where the page at this path was left if the visitor came by Back or Forward, otherwise to its top.
pub(super) fn restore(path: &str) {
    let position =
        if BY_HISTORY.replace(false) { POSITIONS.with_borrow(|positions| positions.get(path).copied()) } else { None };
    scroll_when_long_enough(position.unwrap_or_default(), MAX_FRAMES);
}

fn scroll_when_long_enough(y: f64, frames: u32) {
    request_animation_frame(move || {
        let window = window();
        let visible = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        let length = document().document_element().map(|root| root.scroll_height()).unwrap_or_default();
        if y <= 0.0 || f64::from(length) - visible >= y {
            window.scroll_to_with_x_and_y(0.0, y);
        } else if frames > 0 {
            scroll_when_long_enough(y, frames - 1);
        }
    });
}
