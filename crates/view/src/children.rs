//! What stands between a component's tags.

use std::sync::Arc;

pub use upstream::children::ChildrenOptContainer;

use crate::Node;
use crate::into_view::IntoNode;

/// Views that are made once.
pub type Children = Box<dyn FnOnce() -> Node + Send>;

/// Views that can be made again.
pub type ChildrenFn = Arc<dyn Fn() -> Node + Send + Sync>;

/// How the macros hand over what stands between the tags.
pub trait ToChildren<F> {
    /// As the component takes it.
    fn to_children(make: F) -> Self;
}

impl<F, V> ToChildren<F> for Children
where
    F: FnOnce() -> V + Send + 'static,
    V: IntoNode,
{
    fn to_children(make: F) -> Self {
        Box::new(move || make().into_node())
    }
}

impl<F, V> ToChildren<F> for ChildrenFn
where
    F: Fn() -> V + Send + Sync + 'static,
    V: IntoNode,
{
    fn to_children(make: F) -> Self {
        Arc::new(move || make().into_node())
    }
}

impl<V: IntoNode + Send + 'static> ToChildren<ChildrenOptContainer<V>> for Children {
    fn to_children(made: ChildrenOptContainer<V>) -> Self {
        Box::new(move || made.0.into_node())
    }
}

impl<V: IntoNode + Clone + Send + Sync + 'static> ToChildren<ChildrenOptContainer<V>> for ChildrenFn {
    fn to_children(made: ChildrenOptContainer<V>) -> Self {
        Arc::new(move || made.0.clone().into_node())
    }
}

/// A view that a prop makes, again and again.
#[derive(Clone)]
pub struct ViewFn(ChildrenFn);

impl Default for ViewFn {
    fn default() -> Self {
        Self(Arc::new(|| Node::Nothing))
    }
}

impl<F, V> From<F> for ViewFn
where
    F: Fn() -> V + Send + Sync + 'static,
    V: IntoNode,
{
    fn from(make: F) -> Self {
        Self(ChildrenFn::to_children(make))
    }
}

impl ViewFn {
    /// Makes it.
    #[must_use]
    pub fn run(&self) -> Node {
        (self.0)()
    }
}
