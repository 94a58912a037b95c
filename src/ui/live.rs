//! What follows signals, without a type of its own.
//!
//! Leptos compiles the machinery of `{move || …}` once for every closure there is: two or three kilobytes each. Behind a
//! pointer all closures are one type, and the program carries the machinery once.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// A view that is made anew when a signal that it read changes: `{live(move || …)}` instead of `{move || …}`.
pub fn live<V: IntoView + 'static>(view: impl Fn() -> V + Send + 'static) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(move || view().into_any()))
}

/// An attribute's value that follows signals: `disabled=attr(move || …)` instead of `disabled=move || …`.
pub fn attr<T: 'static>(value: impl Fn() -> T + Send + 'static) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(value))
}
