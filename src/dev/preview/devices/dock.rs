//! Keeps the device panel usable while a modal dialog is open: the panel moves into the topmost dialog, and back to the
//! page when that closes.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, MutationObserver, MutationObserverInit};

use crate::ui::show_popover_in;

/// Moves the panel whenever a dialog opens or closes. Never stops.
pub(super) fn dock(panel: NodeRef<html::Aside>) {
    // In the order in which they were opened.
    let open_dialogs = StoredValue::new_local(Vec::<Element>::new());
    let move_to_top = move || {
        if let Some(panel) = panel.try_get_untracked().flatten() {
            open_dialogs.try_update_value(update_open_dialogs);
            let topmost = open_dialogs.try_with_value(|dialogs| dialogs.last().cloned()).flatten();
            move_panel(&panel, topmost);
        }
    };
    Effect::new(move |_| {
        if panel.get().is_some() {
            move_to_top();
        }
    });
    let on_change = Closure::<dyn Fn()>::new(move_to_top);
    if let Ok(observer) = MutationObserver::new(on_change.as_ref().unchecked_ref()) {
        let options = MutationObserverInit::new();
        options.set_subtree(true);
        options.set_child_list(true);
        options.set_attribute_filter(&js_sys::Array::of1(&"open".into()));
        let _ = observer.observe_with_options(&document(), &options);
    }
    on_change.forget();
}

/// Removes the dialogs that were closed and appends those that were opened.
fn update_open_dialogs(dialogs: &mut Vec<Element>) {
    dialogs.retain(is_modal);
    let Ok(found) = document().query_selector_all("dialog[open]") else { return };
    for index in 0..found.length() {
        let dialog = found.get(index).and_then(|node| node.dyn_into::<Element>().ok());
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

fn move_panel(panel: &HtmlElement, dialog: Option<Element>) {
    let Some(parent) = dialog.or_else(|| document().body().map(Into::into)) else { return };
    show_popover_in(panel, &parent);
}
