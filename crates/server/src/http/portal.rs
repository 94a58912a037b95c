//! The state of the portal's router.

use std::sync::Arc;

use axum::Router;
use padlock_api::ports::Entropy;

use super::origin::Origin;
use super::spa::Spa;
use crate::metrics::Metrics;

/// What the portal's listener needs.
pub struct PortalState {
    /// The API, for every path below `/api`.
    pub api: Router,
    /// The single-page app, for all other paths.
    pub spa: Spa,
    /// The only origin that the portal answers on.
    pub origin: Origin,
    /// Whether this is the demo.
    pub demo: bool,
    /// Counts requests.
    pub metrics: Metrics,
    /// The source of request ids.
    pub entropy: Arc<dyn Entropy>,
}

pub(super) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}
