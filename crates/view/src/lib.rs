//! Leptos with views and signals of one type.
//!
//! Leptos gives every element, attribute, closure and signal a type of its own, and the program carries the code that
//! builds, changes and removes it once for each: more than half of what the portal's pages weighed. This crate is Leptos
//! with another end under its macros: `view!` and `#[component]` are the same, but what they make is a [`Node`], which
//! is data. One piece of code turns data into the page and keeps it true. Signals, memos, effects, callbacks, stored
//! values and contexts are thin handles around one of Leptos' own, which knows no type (`docs/adr/0011`).
//!
//! The portal names this crate `leptos`, because that is the name the macros write. Everything else (owners, event
//! types, node refs, helpers) is Leptos' own and comes through as it is.
//!
//! # Limits
//! - It draws in the browser alone: no server, no hydration.
//! - Attributes cannot be spread onto components.
//! - A view of Leptos' own (from another crate) can stand in a page, but does not say where it begins: a row of a `For`
//!   that is nothing else does not change its place.
//! - A row that is not where it was is looked for from the start of its list.
//! - Of elements, attributes and methods of signals there are those that pages use; a further one is a line.

#![expect(unreachable_pub, reason = "#[component] makes pub items, and what the macros name is passed on whole")]

mod attribute;
pub mod children;
mod contexts;
mod derived;
mod dom;
mod effect;
mod element;
mod into_view;
mod node;
mod rows;
mod signal;
mod slot;
mod state;

pub use upstream::*;

// The macros write this name.
extern crate self as leptos;

pub use attribute::{AttributeValue, IntoAttributeValue, Worth};
pub use derived::{Callback, IntoReactiveValue, Signal};
pub use effect::{Effect, Memo};
pub use element::Element;
pub use into_view::{CollectView, IntoAny, IntoNode, IntoView};
pub use node::Node;
pub use signal::{RwSignal, StoredValue};

/// What a page imports.
pub mod prelude {
    pub use crate::attribute::IntoAttributeValue;
    pub use crate::children::{Children, ChildrenFn, ToChildren, ViewFn};
    pub use crate::contexts::{provide_context, use_context};
    pub use crate::derived::{Callback, IntoReactiveValue, Signal};
    pub use crate::effect::{Effect, Memo};
    pub use crate::into_view::{CollectView, IntoAny, IntoMaybeErased, IntoRender, IntoView, View};
    pub use crate::node::Node as AnyView;
    pub use crate::rows::{For, ForProps};
    pub use crate::signal::{RwSignal, StoredValue};
    pub use upstream::prelude::*;
}

/// How the macros call a component.
pub mod component {
    pub use upstream::component::*;

    use crate::Node;

    /// A component's view, whoever wrote it.
    pub fn component_view<P, V: upstream::IntoView + 'static>(make: impl ComponentConstructor<P, V>, props: P) -> Node {
        Node::of(make.construct(props))
    }
}

/// Where the macros look for elements.
pub mod tachys {
    pub use upstream::tachys::*;

    /// Elements of HTML.
    pub mod html {
        pub use upstream::tachys::html::*;

        pub use crate::node::Inert as InertElement;

        /// One function for each.
        pub mod element {
            pub use crate::element::html::*;
        }
    }

    /// Elements of SVG.
    pub mod svg {
        pub use crate::element::svg::*;
        pub use crate::node::InertSvg as InertElement;
    }

    /// Kinds of view.
    pub mod view {
        pub use upstream::tachys::view::*;

        /// Several views.
        pub mod iterators {
            pub use crate::node::Several as StaticVec;
            pub use upstream::tachys::view::iterators::*;
        }
    }
}
