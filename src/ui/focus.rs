//! Moving the keyboard focus when the page changes.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

/// Focuses the element as soon as it is mounted. For views that replace the control that opened them, which would
/// otherwise leave the focus nowhere.
pub fn focus_on_mount<E>(node: NodeRef<E>)
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
{
    Effect::new(move |_| {
        if let Some(element) = node.get() {
            // The element is attached to the page only after the current frame.
            request_animation_frame(move || {
                let _ = element.unchecked_ref::<HtmlElement>().focus();
            });
        }
    });
}

/// Focuses the page's `<main>` without scrolling. For when the focused element has been removed.
pub fn focus_page() {
    let page = document().get_element_by_id("main");
    if let Some(page) = page.and_then(|page| page.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = page.focus_with_options(&options);
    }
}

/// Focuses the page's `<main>` if no element has the focus.
pub fn focus_page_if_lost() {
    if focus_is_lost() {
        focus_page();
    }
}

/// Whether no element has the focus, for example because the focused one was removed.
#[must_use]
pub fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}
