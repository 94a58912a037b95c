//! Links to a place on the same page (`href="#main"`).
//!
//! With a `<base>` the browser, and with it `leptos_router`, resolves them against the base instead of the page.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent};

/// Follows fragment links. To be called before `<Router>` is created, which then leaves them alone.
pub fn follow_fragment_links() {
    let listener = window_event_listener(ev::click, move |event| {
        if let Some(id) = clicked_fragment(&event) {
            event.prevent_default();
            show(&id);
        }
    });
    on_cleanup(move || listener.remove());
}

/// The fragment of the link that a plain click goes to.
fn clicked_fragment(event: &MouseEvent) -> Option<String> {
    let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
    if modified || event.button() != 0 || event.default_prevented() {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let href = target.closest("a[href]").ok()??.get_attribute("href")?;
    href.strip_prefix('#').map(str::to_owned)
}

fn show(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}
