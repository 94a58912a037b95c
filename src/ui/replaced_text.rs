//! Keeps the page current where a page translator or an extension has replaced its text.
//!
//! They replace text nodes by elements with other text. The program holds the text nodes: what it writes into one that is
//! no longer in the page is never seen. So a text node that was replaced is put back, empty, before what replaced it. When
//! the program writes into it or removes it, the replacement goes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserver, MutationObserverInit, MutationRecord, Node};

/// The element that the translators of browsers put around text. The program has none.
const TRANSLATED: &str = "FONT";

/// A text node of the program, and the element that shows other text in its place.
struct Replaced {
    text: Node,
    /// What the text node had in it.
    original: String,
    replacement: Element,
}

thread_local! {
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Watches the page until it is closed. Does nothing if it is watched already.
pub fn watch_replaced_text() {
    if IS_WATCHED.replace(true) {
        return;
    }
    let all = Rc::new(RefCell::new(Vec::<Replaced>::new()));
    let on_write = writes_observer(&all);
    let on_change = Closure::<dyn Fn(js_sys::Array)>::new(move |records: js_sys::Array| {
        for record in records {
            if let (Ok(record), Some(on_write)) = (record.dyn_into::<MutationRecord>(), &on_write) {
                put_back(&record, &all, on_write);
            }
        }
        drop_replacements(&all, |text| !text.is_connected());
        restore_originals(&all);
    });
    let Ok(observer) = MutationObserver::new(on_change.as_ref().unchecked_ref()) else { return };
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    if let Some(body) = document().body() {
        let _ = observer.observe_with_options(&body, &options);
    }
    on_change.forget();
}

/// Removes replacements when the program writes into the text nodes before them.
fn writes_observer(all: &Rc<RefCell<Vec<Replaced>>>) -> Option<MutationObserver> {
    let all = Rc::clone(all);
    let on_write = Closure::<dyn Fn()>::new(move || {
        drop_replacements(&all, |text| text.text_content().is_some_and(|text| !text.is_empty()));
    });
    let observer = MutationObserver::new(on_write.as_ref().unchecked_ref()).ok();
    on_write.forget();
    observer
}

fn put_back(record: &MutationRecord, all: &RefCell<Vec<Replaced>>, on_write: &MutationObserver) {
    let (removed, added) = (record.removed_nodes(), record.added_nodes());
    let Some(text) = (0..removed.length()).filter_map(|at| removed.get(at)).find(is_text) else { return };
    // Nobody translates the empty text that was put back: the program has removed it.
    if text.is_connected() || all.borrow().iter().any(|replaced| replaced.text == text) {
        return;
    }
    // The program never replaces a node in one step: it inserts one and removes the other.
    let added = (0..added.length()).filter_map(|at| added.get(at)).find_map(|node| node.dyn_into::<Element>().ok());
    let beside = || {
        let siblings = [record.previous_sibling(), record.next_sibling()];
        let elements = siblings.into_iter().flatten().filter_map(|node| node.dyn_into::<Element>().ok());
        let is_taken = |element: &Element| all.borrow().iter().any(|replaced| replaced.replacement == *element);
        elements.into_iter().find(|element| element.tag_name() == TRANSLATED && !is_taken(element))
    };
    let Some(replacement) = added.or_else(beside) else { return };
    let Some(parent) = replacement.parent_node() else { return };
    let original = text.text_content().unwrap_or_default();
    text.set_text_content(Some(""));
    if parent.insert_before(&text, Some(&replacement)).is_ok() {
        let options = MutationObserverInit::new();
        options.set_character_data(true);
        let _ = on_write.observe_with_options(&text, &options);
        all.borrow_mut().push(Replaced { text, original, replacement });
    }
}

fn drop_replacements(all: &RefCell<Vec<Replaced>>, is_stale: impl Fn(&Node) -> bool) {
    all.borrow_mut().retain(|Replaced { text, replacement, .. }| {
        let stale = is_stale(text);
        if stale {
            replacement.remove();
        }
        !stale
    });
}

/// Shows the text of the program again where a replacement was taken away: **Show original**.
fn restore_originals(all: &RefCell<Vec<Replaced>>) {
    all.borrow_mut().retain(|Replaced { text, original, replacement }| {
        let has_gone = !replacement.is_connected();
        if has_gone && text.text_content().is_some_and(|text| text.is_empty()) {
            text.set_text_content(Some(original));
        }
        !has_gone
    });
}

fn is_text(node: &Node) -> bool {
    node.node_type() == Node::TEXT_NODE
}
