//! What follows signals, said in words: `{live(move || …)}` is `{move || …}`, and `attr` the same for attributes.

use leptos::prelude::*;

/// A view that is made anew when a signal that it read changes: `{live(move || …)}` instead of `{move || …}`.
pub fn live<V: leptos::IntoNode>(view: impl Fn() -> V + Send + 'static) -> AnyView {
    AnyView::live(view)
}

/// An attribute's value that follows signals: `disabled=attr(move || …)` instead of `disabled=move || …`.
pub fn attr<T: Into<leptos::Worth>>(value: impl Fn() -> T + Send + 'static) -> leptos::AttributeValue {
    value.into_attribute_value()
}
