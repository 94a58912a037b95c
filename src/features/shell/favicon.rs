//! The mark in the browser's tab: its shackle, too, is open while the authorised window is.

use leptos::prelude::*;
use web_sys::Element;

use crate::session::use_session;
use crate::ui::public_file;

/// Follows the authorised window, and leaves the mark as it was found.
pub(super) fn follow_in_favicon() {
    let Some(link) = document().query_selector("link[rel=icon]").ok().flatten() else { return };
    let closed = link.get_attribute("href").unwrap_or_default();
    let link = StoredValue::new_local(link);
    let set = move |link: &Element, href: &str| {
        let _ = link.set_attribute("href", href);
    };
    let session = use_session();
    let open = Memo::new(move |_| session.authorised_until().is_some());
    let found = closed.clone();
    Effect::new(move |_| {
        let href = if open.get() { public_file("favicon-open.svg") } else { closed.clone() };
        link.with_value(|link| set(link, &href));
    });
    on_cleanup(move || {
        link.try_with_value(|link| set(link, &found));
    });
}
