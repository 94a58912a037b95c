//! A view, as data.

use std::any::Any;
use std::borrow::Cow;

use upstream::prelude::{AddAnyAttr, Render, RenderHtml};
use upstream::tachys::html::attribute::Attribute;
use upstream::tachys::html::attribute::any_attribute::AnyAttribute;
use upstream::tachys::hydration::Cursor;
use upstream::tachys::view::any_view::{AnyView, IntoAny as _};
use upstream::tachys::view::{Position, PositionState};

use crate::element::Element;
use crate::into_view::IntoNode;
use crate::rows::Rows;
use crate::state::State;

/// A view.
#[derive(Default)]
pub enum Node {
    /// Nothing.
    #[default]
    Nothing,
    /// A text.
    Text(Cow<'static, str>),
    /// An element.
    Element(Element),
    /// An element that never changes.
    Inert(Inert),
    /// Several views, always as many.
    Several(Vec<Node>),
    /// Any number of views.
    List(Vec<Node>),
    /// A view that follows signals.
    Live(Box<dyn FnMut() -> Node + Send>),
    /// A view of Leptos' own.
    Foreign(Box<AnyView>),
    /// A list whose rows are known by a key.
    Rows(Box<dyn FnMut(&mut Rows) + Send>),
}

/// An element that never changes, as its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inert {
    pub(crate) html: &'static str,
    pub(crate) svg: bool,
}

impl Inert {
    /// Of HTML.
    #[must_use]
    pub const fn new(html: &'static str) -> Self {
        Self { html, svg: false }
    }
}

/// The same inside an `<svg>`.
pub struct InertSvg;

impl InertSvg {
    /// Of SVG.
    #[expect(clippy::new_ret_no_self, reason = "the macros call it so")]
    #[must_use]
    pub const fn new(html: &'static str) -> Inert {
        Inert { html, svg: true }
    }
}

/// Several views, as the macros make them.
pub struct Several;

impl Several {
    /// Always as many.
    #[must_use]
    pub const fn from(views: Vec<Node>) -> Node {
        Node::Several(views)
    }
}

impl Node {
    /// Whatever Leptos can show.
    pub fn of<V: upstream::IntoView + 'static>(view: V) -> Self {
        let mut view = Some(view);
        let any: &mut dyn Any = &mut view;
        if let Some(node) = any.downcast_mut::<Option<Self>>() {
            return node.take().unwrap_or_default();
        }
        if let Some(view) = any.downcast_mut::<Option<AnyView>>() {
            return view.take().map_or(Self::Nothing, |view| Self::Foreign(Box::new(view)));
        }
        view.map_or(Self::Nothing, |view| Self::Foreign(Box::new(view.into_any())))
    }

    /// Follows signals.
    pub fn live<V: IntoNode>(mut view: impl FnMut() -> V + Send + 'static) -> Self {
        Self::Live(Box::new(move || view().into_node()))
    }

    /// The macros give it in development.
    #[must_use]
    pub fn with_view_marker(self, _: &'static str) -> Self {
        self
    }
}

impl Render for Node {
    type State = State;

    fn build(self) -> State {
        State::build(self)
    }

    fn rebuild(self, state: &mut State) {
        state.rebuild(self);
    }
}

impl AddAnyAttr for Node {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

/// The browser is the only place it is drawn.
impl RenderHtml for Node {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> State {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
