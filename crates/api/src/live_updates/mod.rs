//! Live updates: the changes of an app as server-sent events.

pub(crate) mod event_bus;
pub(crate) mod routes;
