//! What `leptos_router` leaves to us about links.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent};

use super::arrival;

/// Listens before the router does; call once, before it is made.
pub fn watch_links() {
    arrival::watch();
    let _ = window_event_listener(leptos::ev::click, |event| jump(&event));
}

/// Follows a link to a place on this page. The browser, and the router, would look for it beside `<base>`.
fn jump(event: &MouseEvent) {
    let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
    let link = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest("a[href^='#']").ok().flatten());
    let (false, 0, Some(link)) = (modified, event.button(), link) else { return };
    event.prevent_default();
    let id = link.get_attribute("href").unwrap_or_default();
    let place = document().get_element_by_id(id.trim_start_matches('#'));
    if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
        place.scroll_into_view();
        let _ = place.focus();
    }
}
