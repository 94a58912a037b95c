//! The document's title.

use leptos::prelude::*;

/// Names the page in the tab and in the browser's history.
pub fn page_title(title: impl Into<Signal<String>>) {
    let title = title.into();
    // A line of web-sys instead of leptos_meta, which would bring a registry for tags this page never has.
    Effect::new(move |_| document().set_title(&[title.get().as_str(), " · Padlock"].concat()));
}
