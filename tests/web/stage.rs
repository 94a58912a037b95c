//! A place in the page for one test, and what people do there.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit};

/// A place in the page for one test; taken away with its components when dropped.
pub(crate) struct Stage {
    pub(crate) root: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.root.remove();
    }
}

pub(crate) async fn stage<N: IntoView + 'static>(view: impl FnOnce() -> N + 'static) -> Stage {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let mounted = Box::new(mount_to(root.clone(), view));
    settle().await;
    Stage { root, _mounted: mounted }
}

/// Until effects and animation frames have run.
pub(crate) async fn settle() {
    sleep(Duration::from_millis(80)).await;
}

impl Stage {
    pub(crate) fn find<T: JsCast>(&self, selector: &str) -> T {
        let found = self.root.query_selector(selector).unwrap();
        found.expect(selector).unchecked_into()
    }

    pub(crate) fn finds(&self, selector: &str) -> bool {
        self.root.query_selector(selector).unwrap().is_some()
    }

    /// The text of the elements that `attribute` of `element` names.
    pub(crate) fn named_by(&self, element: &Element, attribute: &str) -> String {
        let ids = element.get_attribute(attribute).unwrap_or_default();
        let texts = ids.split_whitespace().filter_map(|id| document().get_element_by_id(id)).map(|e| e.text_content());
        texts.flatten().collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn type_into(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    input.dispatch_event(&web_sys::Event::new_with_event_init_dict("input", &bubbling()).unwrap()).unwrap();
}

pub(crate) fn bubbling() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}

pub(crate) fn press_key(on: &Element, key: &str) {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    on.dispatch_event(&KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap()).unwrap();
}

pub(crate) fn focused() -> Element {
    document().active_element().unwrap()
}

impl Stage {
    /// The button with this label.
    pub(crate) fn button(&self, label: &str) -> HtmlElement {
        let all = self.root.query_selector_all("button").unwrap();
        let buttons = (0..all.length()).filter_map(|at| all.item(at)).map(JsCast::unchecked_into::<HtmlElement>);
        let mut fitting = buttons.filter(|button| button.text_content().unwrap_or_default().trim() == label);
        fitting.next().unwrap_or_else(|| panic!("no button {label} in {}", self.text()))
    }

    /// What can be read.
    pub(crate) fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }
}

/// Waits a while.
pub(crate) async fn pass(milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds)).await;
}
