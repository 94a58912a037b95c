//! Elements.

use std::borrow::Cow;

use send_wrapper::SendWrapper;
use upstream::attr::Value;
use upstream::ev::EventDescriptor;
use upstream::html::ElementType;
use upstream::prelude::{NodeRef, Owner, event_target_value};
use upstream::tachys::html::node_ref::NodeRefContainer;
use wasm_bindgen::{JsCast, JsValue};

use crate::RwSignal;
use crate::attribute::{AttributeValue, IntoAttributeValue};
use crate::dom::Kind;
use crate::into_view::IntoNode;
use crate::node::Node;

mod state;
mod tags;

pub(crate) use state::ElementState;
pub use tags::{html, svg};

type Listener = Box<dyn FnMut(JsValue)>;
type Load = Box<dyn FnOnce(&web_sys::Element) + Send>;

/// An element, as data. In a box: the macros hand it from call to call.
pub struct Element(Box<Parts>);

struct Parts {
    tag: &'static str,
    svg: bool,
    settings: Vec<(Kind, &'static str, AttributeValue)>,
    listeners: Vec<(&'static str, SendWrapper<Listener>)>,
    loads: Vec<Load>,
    children: Vec<Node>,
}

// A call is smaller than what it calls, and views are made of these.
impl Element {
    #[inline(never)]
    fn new(tag: &'static str, svg: bool) -> Self {
        let (settings, listeners, loads, children) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self(Box::new(Parts { tag, svg, settings, listeners, loads, children }))
    }

    #[inline(never)]
    fn set(mut self, kind: Kind, name: &'static str, value: AttributeValue) -> Self {
        self.0.settings.push((kind, name, value));
        self
    }

    #[inline(never)]
    fn fill(mut self, node: Node) -> Self {
        match node {
            Node::Several(nodes) => self.0.children = nodes,
            node => self.0.children.push(node),
        }
        self
    }

    #[inline(never)]
    fn listen(mut self, name: &'static str, listener: Listener) -> Self {
        self.0.listeners.push((name, SendWrapper::new(listener)));
        self
    }

    /// With what stands in it.
    #[must_use]
    pub fn child(self, child: impl IntoNode) -> Self {
        self.fill(child.into_node())
    }

    /// With an attribute.
    #[inline(never)]
    #[must_use]
    pub fn attr(self, name: &'static str, value: impl IntoAttributeValue) -> Self {
        self.set(Kind::Attribute, name, value.into_attribute_value())
    }

    /// With a property.
    #[must_use]
    pub fn prop(self, name: &'static str, value: impl IntoAttributeValue) -> Self {
        self.set(Kind::Property, name, value.into_attribute_value())
    }

    /// With all its classes, or with one that comes and goes.
    #[inline(never)]
    #[must_use]
    pub fn class(self, class: impl IntoClass) -> Self {
        let (name, value) = class.into_class();
        match name {
            Some(name) => self.set(Kind::Class, name, value),
            None => self.set(Kind::Attribute, "class", value),
        }
    }

    /// With a style.
    #[must_use]
    pub fn style(self, (name, value): (&'static str, impl IntoAttributeValue)) -> Self {
        self.set(Kind::Style, name, value.into_attribute_value())
    }

    /// With something that happens when `event` does.
    #[expect(clippy::needless_pass_by_value, reason = "the macros pass it so")]
    #[must_use]
    pub fn on<E: EventDescriptor>(self, event: E, mut handle: impl FnMut(E::EventType) + 'static) -> Self
    where
        E::EventType: JsCast,
    {
        // The macros' events have fixed names.
        let Cow::Borrowed(name) = event.name() else { return self };
        let owner = Owner::current().unwrap_or_default();
        self.listen(name, Box::new(move |event| owner.with(|| handle(event.unchecked_into()))))
    }

    /// Showing a signal's text, and writing it as it is typed.
    #[must_use]
    pub fn bind(self, _: Value, text: RwSignal<String>) -> Self {
        self.prop("value", text).on(upstream::ev::input, move |event| {
            let typed = event_target_value(&event);
            if text.get_untracked() != typed {
                text.set(typed);
            }
        })
    }

    /// Telling `node` that it is there.
    #[must_use]
    pub fn node_ref<E: ElementType>(mut self, node: NodeRef<E>) -> Self
    where
        NodeRef<E>: NodeRefContainer<E>,
    {
        self.0.loads.push(Box::new(move |element| node.load(element)));
        self
    }
}

/// What can be written after `class=` and `class:name=`.
pub trait IntoClass {
    /// The class' name, if it is one, and what it is worth.
    fn into_class(self) -> (Option<&'static str>, AttributeValue);
}

impl<V: IntoAttributeValue> IntoClass for V {
    fn into_class(self) -> (Option<&'static str>, AttributeValue) {
        (None, self.into_attribute_value())
    }
}

impl<V: IntoAttributeValue> IntoClass for (&'static str, V) {
    fn into_class(self) -> (Option<&'static str>, AttributeValue) {
        (Some(self.0), self.1.into_attribute_value())
    }
}
