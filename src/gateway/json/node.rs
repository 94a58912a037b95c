//! From a tree to any type: what each kind of value becomes.

use std::collections::BTreeMap;

use padlock_contract::{ErrorCode, Operation, Time};

use super::Node;

/// A type that can be read from a tree.
///
/// Reading goes on after something that does not fit, with anything in its place, and says in the end that it did not
/// fit: leaving at each field would be most of the code.
pub trait FromNode: Sized {
    /// Reads what is there, if anything is; raises `flawed` if that is no such thing.
    fn read(node: Option<Node>, flawed: &mut bool) -> Self;
}

/// The fields of an object.
pub struct Fields<'a> {
    fields: Vec<(String, Node)>,
    flawed: &'a mut bool,
}

impl<'a> Fields<'a> {
    /// Those of what is there.
    pub(super) fn of(node: Option<Node>, flawed: &'a mut bool) -> Self {
        let fields = match node {
            Some(Node::Fields(fields)) => fields,
            _ => {
                *flawed = true;
                Vec::new()
            }
        };
        Self { fields, flawed }
    }

    /// The one of this name.
    #[inline(never)]
    pub(super) fn take<T: FromNode>(&mut self, name: &str) -> T {
        let field = self.fields.iter_mut().find(|field| field.0 == name);
        T::read(field.map(|field| std::mem::replace(&mut field.1, Node::Null)), self.flawed)
    }
}

/// What stands where something else should be.
fn flaw<T: Default>(flawed: &mut bool) -> T {
    *flawed = true;
    T::default()
}

/// The value that one of these words stands for; the first where it is none of them.
pub(super) fn word<T: Copy>(node: Option<Node>, flawed: &mut bool, words: &[(&str, T)], else_: T) -> T {
    let text = String::read(node, flawed);
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    *flawed |= found.is_none();
    found.unwrap_or(else_)
}

impl FromNode for String {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        match node {
            Some(Node::Text(text)) => text,
            _ => flaw(flawed),
        }
    }
}

impl FromNode for Time {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        Self::from_wire(String::read(node, flawed))
    }
}

impl FromNode for bool {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        match node {
            Some(Node::Bool(yes)) => yes,
            _ => flaw(flawed),
        }
    }
}

impl FromNode for u64 {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        match node {
            Some(Node::Whole(number)) => number,
            _ => flaw(flawed),
        }
    }
}

macro_rules! whole_numbers {
    ($($kind:ty)*) => {$(
        impl FromNode for $kind {
            fn read(node: Option<Node>, flawed: &mut bool) -> Self {
                Self::try_from(u64::read(node, flawed)).unwrap_or_else(|_| flaw(flawed))
            }
        }
    )*};
}

whole_numbers!(u16 u32);

impl<T: FromNode> FromNode for Option<T> {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        match node {
            None | Some(Node::Null) => None,
            there => Some(T::read(there, flawed)),
        }
    }
}

/// What is not there is empty: the API leaves out what would be.
impl<T: FromNode> FromNode for Vec<T> {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        match node {
            None => Self::new(),
            Some(Node::List(items)) => items.into_iter().map(|item| T::read(Some(item), flawed)).collect(),
            Some(_) => flaw(flawed),
        }
    }
}

impl FromNode for BTreeMap<String, String> {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        let mut map = Self::new();
        match node {
            None => {}
            Some(Node::Fields(fields)) => {
                // Collected, they would be sorted first, by code that is larger than this file.
                for (name, node) in fields {
                    map.insert(name, String::read(Some(node), flawed));
                }
            }
            Some(_) => *flawed = true,
        }
        map
    }
}

/// A newer server may know more of them.
impl FromNode for ErrorCode {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        let text = String::read(node, flawed);
        Self::ALL.iter().copied().find(|code| code.as_str() == text).unwrap_or(Self::Unknown)
    }
}

impl FromNode for Operation {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        let text = String::read(node, flawed);
        let found = Self::ALL.iter().copied().find(|operation| operation.name() == text);
        *flawed |= found.is_none();
        found.unwrap_or(Self::Deploy)
    }
}
