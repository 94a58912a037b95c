//! Links: those into the portal lead there without loading it anew.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, HtmlElement, MouseEvent};

/// Hands the address of every link into the portal that is pressed to `go`; true says that it went.
pub(super) fn watch(go: impl Fn(&str) -> bool + 'static) {
    let pressed = window_event_listener(ev::click, move |event| {
        let Some(link) = plainly_pressed(&event) else { return };
        if link.get_attribute("href").is_some_and(|href| jump(&href)) || leads_on(&link, &go) {
            event.prevent_default();
        }
    });
    on_cleanup(move || pressed.remove());
}

/// The link, unless the press is somebody else's: another button, a new tab, a handler of its own.
fn plainly_pressed(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
    if modified || event.button() != 0 || event.default_prevented() {
        return None;
    }
    let pressed = event.target()?.dyn_into::<Element>().ok()?;
    pressed.closest("a[href]").ok()??.dyn_into().ok()
}

/// Follows a link to a place on this page. The browser would look for it beside `<base>`.
fn jump(href: &str) -> bool {
    let Some(id) = href.strip_prefix('#') else { return false };
    let place = document().get_element_by_id(id);
    if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
        place.scroll_into_view();
        let _ = place.focus();
    }
    true
}

/// Follows a link into the portal. The browser has the others: to elsewhere, into another tab, to a file.
fn leads_on(link: &HtmlAnchorElement, go: &impl Fn(&str) -> bool) -> bool {
    let elsewhere = !link.target().is_empty() || link.has_attribute("download") || link.rel().contains("external");
    let here = window().location().origin().is_ok_and(|origin| origin == link.origin());
    here && !elsewhere && go(&[link.pathname(), link.search()].concat())
}
