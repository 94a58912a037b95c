//! Lists whose rows are known by a key: a row that stays keeps its place in the page, its focus and its signals.

use std::any::Any;

use leptos::component;
use upstream::prelude::{Mountable, Owner, untrack};
use web_sys::Comment;

use crate::Node;
use crate::dom;
use crate::into_view::IntoNode;
use crate::state::State;

/// The rows of a list, in the page.
pub struct Rows {
    now: Vec<Row>,
    /// Those of before, while the list changes.
    before: Vec<Option<Row>>,
    end: Comment,
}

struct Row {
    key: Box<dyn Key>,
    // Goes before its owner: what is inside is cleaned up first.
    state: State,
    #[expect(dead_code, reason = "holding it is what keeps the row's signals")]
    owner: Owner,
}

/// What a row is known by.
trait Key {
    fn is(&self, other: &dyn Any) -> bool;
}

impl<K: Eq + 'static> Key for K {
    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { now: Vec::new(), before: Vec::new(), end: dom::placeholder() }
    }

    /// Lets `list` say the rows anew, and puts them into the page in that order.
    pub(crate) fn change(&mut self, list: &mut dyn FnMut(&mut Self)) {
        self.before = self.now.drain(..).map(Some).collect();
        list(self);
        for mut gone in self.before.drain(..).flatten() {
            gone.state.unmount();
        }
        let Some(parent) = self.end.parent_element() else { return };
        let mut next = self.end();
        for row in self.now.iter_mut().rev() {
            let there = row.state.edge(true).and_then(|last| last.next_sibling());
            if there.as_ref() != Some(&next) {
                row.state.mount(&parent, Some(&next));
            }
            next = row.state.edge(false).unwrap_or(next);
        }
    }

    /// The next row is the one with this key, if it was there before.
    fn keeps(&mut self, key: &dyn Any) -> bool {
        let is = |row: &Option<Row>| row.as_ref().is_some_and(|row| row.key.is(key));
        // Mostly it is where it was.
        let same_place = self.now.len();
        let at = if self.before.get(same_place).is_some_and(is) {
            Some(same_place)
        } else {
            self.before.iter().position(is)
        };
        let row = at.and_then(|at| self.before.get_mut(at)).and_then(Option::take);
        let kept = row.is_some();
        self.now.extend(row);
        kept
    }

    fn add(&mut self, key: Box<dyn Key>, parent: &Owner, view: &mut dyn FnMut() -> Node) {
        let owner = parent.with(Owner::new);
        let state = owner.with(|| State::build(untrack(view)));
        self.now.push(Row { key, state, owner });
    }

    pub(crate) fn end(&self) -> web_sys::Node {
        self.end.clone().into()
    }

    pub(crate) fn first(&self) -> web_sys::Node {
        self.now.first().and_then(|row| row.state.edge(false)).unwrap_or_else(|| self.end())
    }

    pub(crate) fn elements(&self) -> Vec<web_sys::Element> {
        self.now.iter().flat_map(|row| row.state.elements()).collect()
    }

    pub(crate) fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        for row in &mut self.now {
            row.state.mount(parent, marker);
        }
        dom::insert(parent, &self.end, marker);
    }

    pub(crate) fn unmount(&mut self) {
        for row in &mut self.now {
            row.state.unmount();
        }
        dom::remove(&self.end);
    }
}

/// A view for each of a list, which stays with its key.
#[component]
pub fn For<Items, Item, Known, View>(
    /// The list.
    each: impl Fn() -> Items + Send + 'static,
    /// What one is known by.
    key: impl Fn(&Item) -> Known + Send + 'static,
    /// Its view.
    children: impl Fn(Item) -> View + Send + 'static,
) -> Node
where
    Items: IntoIterator<Item = Item> + 'static,
    Item: 'static,
    Known: Eq + 'static,
    View: IntoNode + 'static,
{
    let parent = Owner::current().unwrap_or_default();
    Node::Rows(Box::new(move |rows| {
        for item in each() {
            let known = key(&item);
            if !rows.keeps(&known) {
                let mut item = Some(item);
                let view = &mut || item.take().map(&children).into_node();
                rows.add(Box::new(known), &parent, view);
            }
        }
    }))
}
