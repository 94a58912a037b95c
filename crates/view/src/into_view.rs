//! What can stand in a view.

use std::borrow::Cow;

use upstream::tachys::reactive_graph::SharedReactiveFunction;
use upstream::tachys::view::any_view::AnyView;

use crate::element::Element;
use crate::node::Inert;
use crate::{Memo, Node, RwSignal, Signal};

/// Something that can stand in a view.
pub trait IntoNode {
    /// As data.
    fn into_node(self) -> Node;
}

/// What a component gives back.
pub trait IntoView: upstream::IntoView + IntoNode + 'static {}

impl<V: upstream::IntoView + IntoNode + 'static> IntoView for V {}

/// How the macros wrap what they made.
pub struct View;

impl View {
    /// As data.
    #[expect(clippy::new_ret_no_self, reason = "the macros call it so")]
    pub fn new(view: impl IntoNode) -> Node {
        view.into_node()
    }
}

/// How the macros wrap a block.
pub trait IntoRender {
    /// As data.
    fn into_render(self) -> Node;
}

impl<V: IntoNode> IntoRender for V {
    fn into_render(self) -> Node {
        self.into_node()
    }
}

/// How the macros wrap one of several.
pub trait IntoMaybeErased {
    /// As data.
    fn into_maybe_erased(self) -> Node;
}

impl<V: IntoNode> IntoMaybeErased for V {
    fn into_maybe_erased(self) -> Node {
        self.into_node()
    }
}

/// Views of different kinds as one, for the arms of a `match`.
pub trait IntoAny {
    /// As data.
    fn into_any(self) -> Node;
}

impl<V: IntoNode> IntoAny for V {
    fn into_any(self) -> Node {
        self.into_node()
    }
}

/// The views of a list.
pub trait CollectView {
    /// All of them.
    fn collect_view(self) -> Vec<Node>;
}

impl<I: IntoIterator> CollectView for I
where
    I::Item: IntoNode,
{
    fn collect_view(self) -> Vec<Node> {
        self.into_iter().map(IntoNode::into_node).collect()
    }
}

impl IntoNode for Node {
    fn into_node(self) -> Node {
        self
    }
}

impl IntoNode for Element {
    fn into_node(self) -> Node {
        Node::Element(self)
    }
}

impl IntoNode for Inert {
    fn into_node(self) -> Node {
        Node::Inert(self)
    }
}

impl IntoNode for AnyView {
    fn into_node(self) -> Node {
        Node::Foreign(Box::new(self))
    }
}

impl IntoNode for () {
    fn into_node(self) -> Node {
        Node::Nothing
    }
}

impl IntoNode for &'static str {
    fn into_node(self) -> Node {
        Node::Text(Cow::Borrowed(self))
    }
}

impl IntoNode for String {
    fn into_node(self) -> Node {
        Node::Text(Cow::Owned(self))
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl IntoNode for $number {
            fn into_node(self) -> Node {
                Node::Text(Cow::Owned(self.to_string()))
            }
        }
    )*};
}

numbers!(i32 i64 u32 u64 usize);

impl<V: IntoNode> IntoNode for Option<V> {
    fn into_node(self) -> Node {
        self.map_or(Node::Nothing, V::into_node)
    }
}

impl<V: IntoNode> IntoNode for Vec<V> {
    fn into_node(self) -> Node {
        Node::List(self.into_iter().map(V::into_node).collect())
    }
}

impl<F, V> IntoNode for F
where
    F: FnMut() -> V + Send + 'static,
    V: IntoNode,
{
    fn into_node(self) -> Node {
        Node::live(self)
    }
}

impl<V: IntoNode + 'static> IntoNode for SharedReactiveFunction<V> {
    fn into_node(self) -> Node {
        Node::live(move || self.lock().ok().map(|mut view| view()))
    }
}

macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<V: IntoNode + Clone + Send + Sync + 'static> IntoNode for $signal<V> {
            fn into_node(self) -> Node {
                Node::live(move || self.get())
            }
        }
    )*};
}

signals!(Memo, RwSignal, Signal);

macro_rules! tuples {
    ($($first:ident $(, $rest:ident)*;)*) => {$(
        impl<$first: IntoNode $(, $rest: IntoNode)*> IntoNode for ($first, $($rest,)*) {
            #[expect(non_snake_case, reason = "a value is named like its type")]
            fn into_node(self) -> Node {
                let ($first, $($rest,)*) = self;
                Node::Several(vec![$first.into_node(), $($rest.into_node(),)*])
            }
        }
    )*};
}

// What the macros make where `erase_components` is not set.
tuples! {
    A;
    A, B;
    A, B, C;
    A, B, C, D;
    A, B, C, D, E;
    A, B, C, D, E, G;
    A, B, C, D, E, G, H;
    A, B, C, D, E, G, H, I;
    A, B, C, D, E, G, H, I, J;
    A, B, C, D, E, G, H, I, J, K;
    A, B, C, D, E, G, H, I, J, K, L;
    A, B, C, D, E, G, H, I, J, K, L, M;
    A, B, C, D, E, G, H, I, J, K, L, M, N;
    A, B, C, D, E, G, H, I, J, K, L, M, N, O;
    A, B, C, D, E, G, H, I, J, K, L, M, N, O, P;
    A, B, C, D, E, G, H, I, J, K, L, M, N, O, P, Q;
}
