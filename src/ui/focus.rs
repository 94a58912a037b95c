//! Giving the focus to what has just come.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

/// Gives the element the focus as soon as it is there; what was pressed to bring it is gone, and the focus with it.
pub fn focus_on_arrival<E>(node: NodeRef<E>)
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
{
    Effect::new(move |_| {
        if let Some(element) = node.get() {
            // A frame later, when it is in the page.
            request_animation_frame(move || {
                let _ = element.unchecked_ref::<HtmlElement>().focus();
            });
        }
    });
}

/// Gives the focus to the page itself, where what had it is gone. The page stays where it is.
pub fn focus_page() {
    let page = document().get_element_by_id("main");
    if let Some(page) = page.and_then(|page| page.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = page.focus_with_options(&options);
    }
}

/// The same if nothing has the focus.
pub fn focus_page_if_lost() {
    if focus_is_lost() {
        focus_page();
    }
}

/// Whether nothing has the focus: what had it is gone.
#[must_use]
pub fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}
