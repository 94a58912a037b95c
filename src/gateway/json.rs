//! Reading the API's JSON.
//!
//! `serde_json` reads any JSON there is, says exactly what is wrong with it, and weighs a third of a page with its tables
//! for floating point. Here a document is parsed into a small tree first, by code that knows no types; the contract's
//! types then pick from the tree. What does not fit is an error without a story: the answer makes no sense.

mod contract;
mod parse;
mod read;

pub(super) use contract::{Fields, FromNode};

/// A value. The contract has no fractions.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Null,
    Bool(bool),
    Whole(u64),
    Text(String),
    List(Vec<Node>),
    Fields(Vec<(String, Node)>),
}

/// The document is no JSON, or not of that type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Senseless;

/// Reads a document.
///
/// # Errors
/// [`Senseless`].
pub(super) fn read<T: FromNode>(text: &str) -> Result<T, Senseless> {
    T::from_node(parse::document(text)?).ok_or(Senseless)
}

/// Reads the fields of a document.
pub(super) fn fields(text: &str) -> Option<Fields> {
    parse::document(text).ok().and_then(Fields::of)
}

#[cfg(test)]
mod tests;
