//! The panel's own style sheet. It comes with the panel and is not among those of `style/`, which every build carries.

use leptos::prelude::document;
use web_sys::CssStyleSheet;

/// Lays it over the page's. No element is made of it, so the content security policy has nothing against it.
pub(super) fn adopt() {
    if let Ok(sheet) = CssStyleSheet::new()
        && sheet.replace_sync(include_str!("devices.css")).is_ok()
    {
        document().adopted_style_sheets().push(&sheet);
    }
}
