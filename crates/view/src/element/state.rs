//! An element in the page.

use upstream::prelude::Mountable;
use upstream::reactive::effect::RenderEffect;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::{Element, Listener, Parts};
use crate::attribute::{AttributeValue, Worth};
use crate::dom::{self, Kind};
use crate::state::State;

/// An element in the page.
pub struct ElementState {
    pub(crate) element: web_sys::Element,
    tag: &'static str,
    settings: Vec<Setting>,
    listening: Vec<Listening>,
    children: Vec<State>,
}

struct Setting {
    kind: Kind,
    name: &'static str,
    value: SetTo,
}

enum SetTo {
    Fixed(Worth),
    Live(#[expect(dead_code, reason = "holding it is what keeps it following")] RenderEffect<Worth>),
}

struct Listening {
    element: web_sys::Element,
    name: &'static str,
    closure: Closure<dyn FnMut(JsValue)>,
}

impl ElementState {
    pub(crate) fn build(made: Element) -> Self {
        let made = *made.0;
        let element = dom::element(made.tag, made.svg);
        let settings = made.settings.into_iter().map(|(kind, name, value)| {
            let value = set(&element, kind, name, value, None);
            Setting { kind, name, value }
        });
        let settings = settings.collect();
        let listeners = made.listeners.into_iter();
        let listening = listeners.map(|(name, listener)| Listening::new(&element, name, listener.take())).collect();
        let children = made.children.into_iter().map(|child| {
            let mut child = State::build(child);
            child.mount(&element, None);
            child
        });
        let children = children.collect();
        for load in made.loads {
            load(&element);
        }
        Self { element, tag: made.tag, settings, listening, children }
    }

    /// Becomes another element of the same shape; one of another shape is given back.
    pub(crate) fn rebuild(&mut self, made: Element) -> Result<(), Element> {
        if !self.is_like(&made.0) {
            return Err(made);
        }
        let made = *made.0;
        for (setting, (kind, name, value)) in self.settings.iter_mut().zip(made.settings) {
            setting.value = set(&self.element, kind, name, value, Some(&setting.value));
        }
        // The old ones first: they stop listening when they go.
        self.listening.clear();
        let listeners = made.listeners.into_iter();
        self.listening =
            listeners.map(|(name, listener)| Listening::new(&self.element, name, listener.take())).collect();
        self.children.iter_mut().zip(made.children).for_each(|(state, child)| state.rebuild(child));
        for load in made.loads {
            load(&self.element);
        }
        Ok(())
    }

    fn is_like(&self, made: &Parts) -> bool {
        let mut settings = self.settings.iter().zip(&made.settings);
        self.tag == made.tag
            && self.children.len() == made.children.len()
            && self.settings.len() == made.settings.len()
            && settings.all(|(old, new)| (old.kind, old.name) == (new.0, new.1))
    }
}

fn set(
    element: &web_sys::Element,
    kind: Kind,
    name: &'static str,
    value: AttributeValue,
    before: Option<&SetTo>,
) -> SetTo {
    match value {
        AttributeValue::Fixed(worth) => {
            if kind == Kind::Property || !matches!(before, Some(SetTo::Fixed(before)) if *before == worth) {
                dom::set(element, kind, name, &worth);
            }
            SetTo::Fixed(worth)
        }
        AttributeValue::Live(mut read) => {
            let element = element.clone();
            SetTo::Live(RenderEffect::new(move |before: Option<Worth>| {
                let worth = read();
                if kind == Kind::Property || before.as_ref() != Some(&worth) {
                    dom::set(&element, kind, name, &worth);
                }
                worth
            }))
        }
    }
}

impl Listening {
    fn new(element: &web_sys::Element, name: &'static str, listener: Listener) -> Self {
        let closure = Closure::wrap(listener);
        let _ = element.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self { element: element.clone(), name, closure }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.element.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}
