//! Reading the API's JSON.
//!
//! `serde_json` reads any JSON there is, says exactly what is wrong with it, and weighs a third of a page with its tables
//! for floating point. Here a document is parsed into a small tree first, by code that knows no types; the contract's
//! types then pick from the tree. What does not fit is an error without a story: the answer makes no sense.

mod contract;
mod node;
mod parse;

pub use node::FromNode;

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
    let mut flawed = false;
    let read = T::read(Some(parse::document(text)?), &mut flawed);
    if flawed { Err(Senseless) } else { Ok(read) }
}

/// Reads one text of a document.
///
/// # Errors
/// [`Senseless`].
pub(super) fn field(text: &str, name: &str) -> Result<String, Senseless> {
    let mut flawed = false;
    let read = node::Fields::of(Some(parse::document(text)?), &mut flawed).take(name);
    if flawed { Err(Senseless) } else { Ok(read) }
}

#[cfg(test)]
mod tests;
