//! A view in the page, and how it becomes another.

use std::borrow::Cow;

use upstream::prelude::{Mountable, Render};
use upstream::reactive::effect::RenderEffect;
use upstream::tachys::view::any_view::AnyViewState;
use web_sys::{Comment, Text};

use crate::dom;
use crate::element::ElementState;
use crate::node::{Inert, Node};
use crate::rows::Rows;

/// A view in the page. It always has a place there: where there is nothing to see stands an empty comment.
pub enum State {
    /// [`Node::Nothing`].
    Nothing(Comment),
    /// [`Node::Text`].
    Text(Text, Cow<'static, str>),
    /// [`Node::Element`].
    Element(Box<ElementState>),
    /// [`Node::Inert`].
    Inert(web_sys::Element, Inert),
    /// [`Node::Several`].
    Several(Vec<State>),
    /// [`Node::List`], and what stands at its end.
    List(Vec<State>, Comment),
    /// [`Node::Live`].
    Live(Following),
    /// [`Node::Foreign`].
    Foreign(Box<AnyViewState>),
    /// [`Node::Rows`], inside what follows their signals.
    Rows(Rows),
}

/// What makes a view anew when a signal changes. When it goes, so does all that is inside, and at once: Leptos lets that
/// live until a task has heard of it, and what is inside might follow a signal that has gone by then.
pub struct Following(RenderEffect<State>);

impl Following {
    fn new(make: impl FnMut(Option<State>) -> State + 'static) -> Self {
        Self(RenderEffect::new(make))
    }

    fn with<R>(&self, once: impl FnOnce(&mut State) -> R) -> Option<R> {
        self.0.with_value_mut(once)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        drop(self.0.take_value());
    }
}

impl State {
    pub(crate) fn build(node: Node) -> Self {
        match node {
            Node::Nothing => Self::Nothing(dom::placeholder()),
            Node::Text(text) => Self::Text(dom::text(&text), text),
            Node::Element(element) => Self::Element(Box::new(ElementState::build(element))),
            Node::Inert(inert) => Self::Inert(dom::parsed(inert.html, inert.svg), inert),
            Node::Several(nodes) if nodes.is_empty() => Self::Nothing(dom::placeholder()),
            Node::Several(nodes) => Self::Several(nodes.into_iter().map(Self::build).collect()),
            Node::List(nodes) => Self::List(nodes.into_iter().map(Self::build).collect(), dom::placeholder()),
            Node::Live(mut view) => Self::Live(Following::new(move |before: Option<Self>| {
                let node = view();
                match before {
                    Some(mut state) => {
                        state.rebuild(node);
                        state
                    }
                    None => Self::build(node),
                }
            })),
            Node::Foreign(view) => Self::Foreign(Box::new(view.build())),
            Node::Rows(mut list) => Self::Live(Following::new(move |before: Option<Self>| {
                let mut rows = match before {
                    Some(Self::Rows(rows)) => rows,
                    _ => Rows::new(),
                };
                rows.change(&mut *list);
                Self::Rows(rows)
            })),
        }
    }

    /// Becomes `node`: what is alike stays in the page, with its focus, and takes on the differences.
    pub(crate) fn rebuild(&mut self, node: Node) {
        let node = match (&mut *self, node) {
            (Self::Nothing(_), Node::Nothing) => return,
            (Self::Text(place, before), Node::Text(text)) => {
                if *before != text {
                    place.set_data(&text);
                    *before = text;
                }
                return;
            }
            (Self::Inert(_, before), Node::Inert(inert)) if *before == inert => return,
            (Self::Element(state), Node::Element(element)) => match state.rebuild(element) {
                Ok(()) => return,
                Err(other) => Node::Element(other),
            },
            (Self::Several(states), Node::Several(nodes)) if states.len() == nodes.len() => {
                states.iter_mut().zip(nodes).for_each(|(state, node)| state.rebuild(node));
                return;
            }
            (Self::List(states, end), Node::List(nodes)) => return rebuild_list(states, end, nodes),
            (Self::Foreign(state), Node::Foreign(view)) => return view.rebuild(state),
            (_, node) => node,
        };
        let mut new = Self::build(node);
        self.insert_before_this(&mut new);
        self.unmount();
        *self = new;
    }

    /// The first of its nodes in the page, or the last.
    pub(crate) fn edge(&self, last: bool) -> Option<web_sys::Node> {
        let of = |states: &[Self]| if last { states.last() } else { states.first() }.and_then(|state| state.edge(last));
        match self {
            Self::Nothing(node) => Some(node.clone().into()),
            Self::Text(node, _) => Some(node.clone().into()),
            Self::Element(state) => Some(state.element.clone().into()),
            Self::Inert(node, _) => Some(node.clone().into()),
            Self::Several(states) => of(states),
            Self::List(states, end) if last || states.is_empty() => Some(end.clone().into()),
            Self::List(states, _) => of(states),
            Self::Live(following) => following.with(|state| state.edge(last)).flatten(),
            Self::Rows(rows) => Some(if last { rows.end() } else { rows.first() }),
            // Leptos does not say.
            Self::Foreign(_) => None,
        }
    }
}

fn rebuild_list(states: &mut Vec<State>, end: &Comment, nodes: Vec<Node>) {
    for mut gone in states.drain(nodes.len().min(states.len())..) {
        gone.unmount();
    }
    for (at, node) in nodes.into_iter().enumerate() {
        if let Some(state) = states.get_mut(at) {
            state.rebuild(node);
        } else {
            let mut state = State::build(node);
            before(end, &mut state);
            states.push(state);
        }
    }
}

/// Puts something into the page before a node that is there.
pub(crate) fn before(place: &web_sys::Node, child: &mut dyn Mountable) -> bool {
    let parent = place.parent_element();
    if let Some(parent) = &parent {
        child.mount(parent, Some(place));
    }
    parent.is_some()
}

impl Mountable for State {
    fn unmount(&mut self) {
        match self {
            Self::Nothing(node) => dom::remove(node),
            Self::Text(node, _) => dom::remove(node),
            Self::Element(state) => dom::remove(&state.element),
            Self::Inert(node, _) => dom::remove(node),
            Self::Several(states) => states.iter_mut().for_each(Self::unmount),
            Self::List(states, end) => {
                states.iter_mut().for_each(Self::unmount);
                dom::remove(end);
            }
            Self::Live(following) => {
                following.with(Self::unmount);
            }
            Self::Foreign(state) => state.unmount(),
            Self::Rows(rows) => rows.unmount(),
        }
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        match self {
            Self::Nothing(node) => dom::insert(parent, node, marker),
            Self::Text(node, _) => dom::insert(parent, node, marker),
            Self::Element(state) => dom::insert(parent, &state.element, marker),
            Self::Inert(node, _) => dom::insert(parent, node, marker),
            Self::Several(states) => states.iter_mut().for_each(|state| state.mount(parent, marker)),
            Self::List(states, end) => {
                states.iter_mut().for_each(|state| state.mount(parent, marker));
                dom::insert(parent, end, marker);
            }
            Self::Live(following) => {
                following.with(|state| state.mount(parent, marker));
            }
            Self::Foreign(state) => state.mount(parent, marker),
            Self::Rows(rows) => rows.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self {
            Self::Nothing(node) => before(node, child),
            Self::Text(node, _) => before(node, child),
            Self::Element(state) => before(&state.element, child),
            Self::Inert(node, _) => before(node, child),
            Self::Several(states) => states.iter().any(|state| state.insert_before_this(child)),
            Self::List(states, end) => states.iter().any(|state| state.insert_before_this(child)) || before(end, child),
            Self::Live(following) => following.with(|state| state.insert_before_this(child)).unwrap_or_default(),
            Self::Foreign(state) => state.insert_before_this(child),
            Self::Rows(rows) => before(&rows.first(), child),
        }
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        match self {
            Self::Nothing(_) | Self::Text(..) => Vec::new(),
            Self::Element(state) => vec![state.element.clone()],
            Self::Inert(node, _) => vec![node.clone()],
            Self::Several(states) | Self::List(states, _) => states.iter().flat_map(Self::elements).collect(),
            Self::Live(following) => following.with(|state| state.elements()).unwrap_or_default(),
            Self::Foreign(state) => state.elements(),
            Self::Rows(rows) => rows.elements(),
        }
    }
}
