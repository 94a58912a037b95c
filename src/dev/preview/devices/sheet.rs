//! The panel's style sheet. It is not in `style/`, because every build contains those.

use leptos::prelude::document;
use web_sys::CssStyleSheet;

/// Adds the style sheet to the document. The content security policy forbids a `<style>` element, but not an adopted
/// style sheet.
pub(super) fn adopt() {
    if let Ok(sheet) = CssStyleSheet::new()
        && sheet.replace_sync(include_str!("devices.css")).is_ok()
    {
        document().adopted_style_sheets().push(&sheet);
    }
}
