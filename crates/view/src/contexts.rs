//! What a component provides to all below it. Leptos finds each type by code of its own; this finds them all by one.

use std::any::{Any, TypeId};
use std::sync::Arc;

/// One value above another. A component sees what was provided above it when it began to provide something itself.
#[derive(Clone)]
struct Shelf(Arc<Level>);

struct Level {
    kind: TypeId,
    value: Arc<dyn Any + Send + Sync>,
    above: Option<Shelf>,
}

/// Provides `value` to all below.
pub fn provide_context<T: Send + Sync + 'static>(value: T) {
    put(TypeId::of::<T>(), Arc::new(value));
}

/// What was provided above.
#[must_use]
pub fn use_context<T: Clone + 'static>() -> Option<T> {
    find(TypeId::of::<T>()).and_then(|value| value.downcast_ref().cloned())
}

fn put(kind: TypeId, value: Arc<dyn Any + Send + Sync>) {
    let above = upstream::prelude::use_context();
    upstream::prelude::provide_context(Shelf(Arc::new(Level { kind, value, above })));
}

fn find(kind: TypeId) -> Option<Arc<dyn Any + Send + Sync>> {
    let mut next: Option<Shelf> = upstream::prelude::use_context();
    while let Some(Shelf(level)) = next {
        if level.kind == kind {
            return Some(Arc::clone(&level.value));
        }
        next = level.above.clone();
    }
    None
}
