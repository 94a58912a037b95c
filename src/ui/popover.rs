//! Popovers that move into open dialogs. A modal dialog makes everything outside it inert, the top layer included, so a
//! popover that has to stay usable must be inside the topmost dialog. Its parent does not change where it is displayed.

use web_sys::{Element, HtmlElement};

/// Moves a popover into `parent`, unless it is there already, and shows it.
pub fn show_popover_in(popover: &HtmlElement, parent: &Element) {
    if popover.parent_element().as_ref() != Some(parent) {
        let _ = parent.append_child(popover);
    }
    // An element that is moved is removed from the top layer.
    if !popover.matches(":popover-open").unwrap_or_default() {
        let _ = popover.show_popover();
    }
}
