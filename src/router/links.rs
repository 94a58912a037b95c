//! Links: plain `<a href>` anywhere in the page, followed without loading the program again.

use leptos::prelude::*;
use padlock_contract::paths::BASE;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, HtmlElement, MouseEvent};

use super::Router;
use crate::routes::Route;

pub(super) fn follow(router: Router, event: &MouseEvent) {
    let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return;
    }
    let Some(link) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest("a[href]").ok().flatten())
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok())
    else {
        return;
    };
    if let Some(id) = link.get_attribute("href").as_deref().and_then(|href| href.strip_prefix('#')) {
        event.prevent_default();
        jump(id);
    } else if let Some(route) = inside(router, &link) {
        event.prevent_default();
        router.go(route);
    }
}

/// Where a link leads, if that is a place in this portal.
fn inside(router: Router, link: &HtmlAnchorElement) -> Option<Route> {
    let elsewhere = link.has_attribute("download")
        || !matches!(link.target().as_str(), "" | "_self")
        || Some(link.origin()) != window().location().origin().ok();
    if elsewhere {
        return None;
    }
    let path = link.pathname();
    let below = router.base.with_value(|base| path.strip_prefix(base.as_str()).map(str::to_owned))?;
    let query = link.search();
    (!below.starts_with(BASE)).then(|| Route::parse(&below, query.strip_prefix('?').unwrap_or(&query)))
}

/// A place on this page. The browser would look for it beside `<base>`.
fn jump(id: &str) {
    if let Some(place) = document().get_element_by_id(id).and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
        place.scroll_into_view();
        let _ = place.focus();
    }
}
