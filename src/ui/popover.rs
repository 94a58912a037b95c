//! Popovers that move. A modal dialog makes everything outside itself inert, whatever layer it is on; so what must stay in
//! reach moves into the dialog on top. On the top layer it looks the same in either place.

use web_sys::{Element, HtmlElement};

/// Puts a popover at the end of `home`, unless it is there, and shows it.
pub fn put_popover(popover: &HtmlElement, home: &Element) {
    if popover.parent_element().as_ref() != Some(home) {
        let _ = home.append_child(popover);
    }
    // Moving an element takes it off the top layer.
    if !popover.matches(":popover-open").unwrap_or_default() {
        let _ = popover.show_popover();
    }
}
