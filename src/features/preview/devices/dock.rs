//! Keeps the panel in reach: it moves into the dialog on top, and back when that closes.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, MutationObserver, MutationObserverInit};

use crate::ui::put_popover;

/// Docks the panel, for as long as the program runs.
pub(super) fn dock(host: NodeRef<html::Aside>) {
    // In the order in which they were opened.
    let dialogs = StoredValue::new_local(Vec::<Element>::new());
    let place = move || {
        if let Some(host) = host.try_get_untracked().flatten() {
            dialogs.try_update_value(follow);
            let on_top = dialogs.try_with_value(|dialogs| dialogs.last().cloned()).flatten();
            put(&host, on_top);
        }
    };
    Effect::new(move |_| {
        if host.get().is_some() {
            place();
        }
    });
    let changed = Closure::<dyn Fn()>::new(place);
    if let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) {
        let what = MutationObserverInit::new();
        what.set_subtree(true);
        what.set_child_list(true);
        what.set_attribute_filter(&js_sys::Array::of1(&"open".into()));
        let _ = observer.observe_with_options(&document(), &what);
    }
    changed.forget();
}

/// Forgets the dialogs that were closed, and takes in those that were opened.
fn follow(dialogs: &mut Vec<Element>) {
    dialogs.retain(is_modal);
    let Ok(found) = document().query_selector_all("dialog[open]") else { return };
    for at in 0..found.length() {
        let dialog = found.get(at).and_then(|node| node.dyn_into::<Element>().ok());
        if let Some(dialog) = dialog.filter(is_modal)
            && !dialogs.contains(&dialog)
        {
            dialogs.push(dialog);
        }
    }
}

fn is_modal(dialog: &Element) -> bool {
    dialog.is_connected() && dialog.matches(":modal").unwrap_or_default()
}

fn put(host: &HtmlElement, dialog: Option<Element>) {
    let Some(home) = dialog.or_else(|| document().body().map(Into::into)) else { return };
    put_popover(host, &home);
}
