//! The favicon: its padlock is open while the authorised window is.

use leptos::prelude::*;
use web_sys::Element;

use crate::state::session::use_session;
use crate::ui::public_file_url;

/// Shows in the favicon whether the authorised window is open, and restores the original favicon on cleanup.
pub(super) fn show_window_in_favicon() {
    let Some(link) = document().query_selector("link[rel=icon]").ok().flatten() else { return };
    let closed = link.get_attribute("href").unwrap_or_default();
    let link = StoredValue::new_local(link);
    let set_href = move |link: &Element, href: &str| {
        let _ = link.set_attribute("href", href);
    };
    let session = use_session();
    let is_open = Memo::new(move |_| session.authorised_until().is_some());
    let original = closed.clone();
    Effect::new(move |_| {
        let href = if is_open.get() { public_file_url("favicon-open.svg") } else { closed.clone() };
        link.with_value(|link| set_href(link, &href));
    });
    on_cleanup(move || {
        link.try_with_value(|link| set_href(link, &original));
    });
}
