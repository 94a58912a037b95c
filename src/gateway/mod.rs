//! The seam between the pages and the API: four verbs, `call`, `upload`, `events` and `download`, and typed calls on top.
//!
//! Each verb has two ends. In production the browser carries it; under the feature `preview` the same verb is handed to
//! the real router in the tab. Every verb stops when what it returned is dropped: a page that goes takes its requests
//! with it.

mod account;
mod api;
#[cfg(not(feature = "preview"))]
mod browser;
#[cfg(feature = "preview")]
mod demo;
mod failure;
mod json;
#[cfg(feature = "preview")]
mod preview;

pub use api::{Answer, Api, Call, Changed, changed, provide_api, use_api};
pub use failure::{Failure, NoAnswer};

#[cfg(not(feature = "preview"))]
pub use browser::{Events, call, download, events, upload};
#[cfg(feature = "preview")]
pub use preview::{Events, call, download, events, served, upload};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Does something.
    Post,
    /// Takes something away.
    Delete,
}

/// A request to the API.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// Of what: the path below [`padlock_contract::paths::BASE`], with its query.
    pub path: String,
    /// A JSON document.
    pub body: Option<String>,
}

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The document.
    pub body: String,
}

/// What server-sent events tell.
#[derive(Clone, Debug)]
pub enum News {
    /// The stream is open: what happened before is not in it.
    Open,
    /// The data of a `change`.
    Change(String),
}
