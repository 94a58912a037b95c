//! The API client.
//!
//! Four functions carry everything: [`call`], [`upload`], [`events`] and [`download`]. In production the browser does; under
//! the feature `preview` the real API answers in the tab. Each stops when what it returned is dropped, so that a page that
//! goes takes its requests with it. [`Api`] has a typed method for each endpoint.

mod account;
#[cfg(not(feature = "preview"))]
mod browser;
mod client;
mod connection;
#[cfg(feature = "preview")]
mod demo;
mod error;
#[cfg(feature = "preview")]
mod preview;

pub use client::{Api, ApiResult, Call, provide_api, use_api};
pub use connection::{Connection, ConnectionState, use_connection};
pub use error::{ApiError, NetworkError};

#[cfg(not(feature = "preview"))]
pub use browser::{EventStream, call, download, events, upload, wait_for_preloaded};
#[cfg(feature = "preview")]
pub use preview::{
    EventStream, NotKept, call, download, events, reset, served_page, state_not_kept, upload, wait_for_preloaded,
};

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

/// A request to the API.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path below [`padlock_contract::paths::BASE`], with its query.
    pub path: String,
    /// The body, a JSON document.
    pub body: Option<String>,
}

/// A response of the API.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// What a stream of server-sent events gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerEvent {
    /// The stream was opened, or opened again. What happened before is not in it.
    Open,
    /// A `change` event with this data, a [`padlock_contract::events::Change`] in JSON.
    Change(String),
    /// The stream works.
    Heartbeat,
    /// The stream was interrupted, or nothing has come for so long that something holds the events back.
    Silent,
}
