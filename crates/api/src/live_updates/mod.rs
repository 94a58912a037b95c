//! Live updates: the changes in an app as server-sent events.

pub(crate) mod event_bus;
pub(crate) mod routes;
