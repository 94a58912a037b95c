//! What happens after a page has changed: the focus goes to its heading, and the scroll position to where it belongs.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

use super::history;

/// For how many frames a page may grow before its old scroll position is given up: about a second.
const PATIENCE: u32 = 60;

/// A page that was not here before begins at its top.
pub(super) fn at_new_page() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
    focus_heading();
}

/// A page that was here before is where it was left.
pub(super) fn at_known_page() {
    focus_heading();
    restore_scroll();
}

/// Scrolls as soon as the page is long enough.
pub(super) fn restore_scroll() {
    let y = history::scroll();
    if y > 0.0 {
        settle(y, PATIENCE);
    }
}

fn settle(y: f64, patience: u32) {
    request_animation_frame(move || {
        let window = window();
        let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        let length = document().document_element().map(|root| root.scroll_height()).unwrap_or_default();
        if f64::from(length) - height >= y {
            window.scroll_to_with_x_and_y(0.0, y);
        } else if patience > 0 {
            settle(y, patience - 1);
        }
    });
}

/// Without this a screen reader would not notice that the page changed, and Tab would begin anywhere.
/// A page that takes the focus by itself (sign-in) keeps it.
fn focus_heading() {
    request_animation_frame(|| {
        request_animation_frame(|| {
            let taken = document().query_selector("main :focus").ok().flatten().is_some();
            let heading = document().query_selector("main h1").ok().flatten();
            if let (false, Some(heading)) = (taken, heading.and_then(|node| node.dyn_into::<HtmlElement>().ok())) {
                let _ = heading.set_attribute("tabindex", "-1");
                let options = FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = heading.focus_with_options(&options);
            }
        });
    });
}
