//! Mounts a view for one test, finds its elements, and simulates input.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit};

/// A view that is mounted in the document. Unmounted and removed when it is dropped.
pub(crate) struct TestPage {
    pub(crate) root: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for TestPage {
    fn drop(&mut self) {
        self.root.remove();
    }
}

/// Mounts a view in the document and waits until it has settled.
pub(crate) async fn mount_test_view<N: IntoView + 'static>(view: impl FnOnce() -> N + 'static) -> TestPage {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let mounted = Box::new(mount_to(root.clone(), view));
    settle().await;
    TestPage { root, _mounted: mounted }
}

/// Waits until effects and animation frames have run.
pub(crate) async fn settle() {
    wait_ms(80).await;
}

pub(crate) async fn wait_ms(milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds)).await;
}

impl TestPage {
    /// Returns the first element that matches `selector`. Panics if there is none.
    pub(crate) fn find<T: JsCast>(&self, selector: &str) -> T {
        let found = self.root.query_selector(selector).unwrap();
        found.expect(selector).unchecked_into()
    }

    pub(crate) fn contains(&self, selector: &str) -> bool {
        self.root.query_selector(selector).unwrap().is_some()
    }

    /// Returns the text of the elements to which `attribute` of `element` refers by id, such as `aria-describedby`.
    pub(crate) fn referenced_text(&self, element: &Element, attribute: &str) -> String {
        let ids = element.get_attribute(attribute).unwrap_or_default();
        let texts = ids.split_whitespace().filter_map(|id| document().get_element_by_id(id)).map(|e| e.text_content());
        texts.flatten().collect::<Vec<_>>().join(" ")
    }

    /// Returns the button with this text. Panics if there is none.
    pub(crate) fn button(&self, label: &str) -> HtmlElement {
        let all = self.root.query_selector_all("button").unwrap();
        let buttons = (0..all.length()).filter_map(|at| all.item(at)).map(JsCast::unchecked_into::<HtmlElement>);
        let mut matching = buttons.filter(|button| button.text_content().unwrap_or_default().trim() == label);
        matching.next().unwrap_or_else(|| panic!("no button {label} in {}", self.text()))
    }

    /// Returns the whole text of the view.
    pub(crate) fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
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
