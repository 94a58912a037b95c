//! The wire between the portal's API and whoever calls it: requests, answers, paths and error codes.
//!
//! JSON in snake_case, times in RFC 3339 UTC, ids as opaque strings. Scripts depend on every name in here.

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
pub use padlock_domain::permission::Permission;

pub use problem::{ErrorCode, Problem, Reason};
pub use time::Time;

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Pass it as `cursor` to get the next page; absent on the last.
    pub next_cursor: Option<String>,
}

/// A person, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The account's id.
    pub id: String,
    /// The person's name.
    pub name: String,
}
