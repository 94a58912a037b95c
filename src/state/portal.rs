//! What the portal says of itself to everyone.

use leptos::prelude::*;
use padlock_contract::session::Portal;

use crate::api::use_api;
use crate::state::query::Query;

#[derive(Clone, Copy)]
struct PortalContext(Query<Portal>);

/// Makes [`use_portal`] work below.
pub fn provide_portal() {
    let api = use_api();
    provide_context(PortalContext(Query::on_demand(move || api.portal())));
}

/// Returns the facts about this portal, and loads them unless they are here.
#[must_use]
pub fn use_portal() -> Query<Portal> {
    let portal = use_context::<PortalContext>().map_or_else(
        || {
            let api = use_api();
            Query::on_demand(move || api.portal())
        },
        |portal| portal.0,
    );
    portal.load();
    portal
}
