//! The contract of the REST API: requests, responses, paths and error codes.
//!
//! JSON uses snake_case, times are in RFC 3339 UTC, ids are opaque strings. Clients depend on every serialised name.

pub mod activity;
pub mod apps;
pub mod demo;
pub mod deployments;
pub mod environments;
pub mod events;
pub mod packages;
pub mod paths;
pub mod problem;
pub mod second_factor;
pub mod session;
pub mod time;

pub use padlock_domain::operation::Operation;

pub use problem::{ErrorCode, Problem, Reason};
pub use time::Time;

use serde::{Deserialize, Serialize};

/// The header that carries a fresh code, on any method.
pub const FRESH_CODE_HEADER: &str = "padlock-code";

/// The field of the OpenAPI document that names the operation of a route, or the list of those that it chooses from.
pub const OPERATION_EXTENSION: &str = "x-padlock-operation";

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// The value of `cursor` for the next page. `null` on the last page.
    pub next_cursor: Option<String>,
}

/// A person, as shown to other members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The id of the person's account.
    pub id: String,
    /// The display name of the person.
    pub name: String,
}
