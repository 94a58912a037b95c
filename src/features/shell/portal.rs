//! What every page may need: what the portal says of itself, and the apps I belong to.

use leptos::prelude::*;
use padlock_contract::apps::App;
use padlock_contract::session::Portal;

use crate::gateway::use_api;
use crate::load::Load;

#[derive(Clone, Copy)]
struct PortalContext(Load<Portal>);

/// Asks what a stranger may know; once, at the root.
pub fn provide_portal() {
    let api = use_api();
    provide_context(PortalContext(Load::new(move || api.portal())));
}

/// What a stranger may know.
#[must_use]
pub fn use_portal() -> Load<Portal> {
    use_context::<PortalContext>().map_or_else(
        || {
            let api = use_api();
            Load::new(move || api.portal())
        },
        |portal| portal.0,
    )
}

/// The apps I belong to.
#[derive(Clone, Copy)]
pub struct Mine {
    /// The apps, once somebody wanted them.
    pub apps: Load<Vec<App>>,
    wanted: RwSignal<bool>,
    /// The slug of an app that is not there, or not mine.
    lost: RwSignal<String>,
}

impl Mine {
    pub(super) fn new() -> Self {
        let (api, wanted) = (use_api(), RwSignal::new(false));
        let apps = Load::new(move || {
            let wanted = wanted.get();
            async move { if wanted { api.apps().await.map(|page| page.items) } else { std::future::pending().await } }
        });
        Self { apps, wanted, lost: RwSignal::default() }
    }

    /// An app that the address names is not there, or not mine: nothing may lead to it.
    pub fn lose(self, slug: String) {
        self.lost.set(slug);
    }

    pub(super) fn has_lost(self, slug: &str) -> bool {
        self.lost.with(|lost| lost == slug)
    }

    /// Fetches them, unless they are here. A page that only lists them in a menu waits until its own content is there.
    pub fn want(self) {
        if !self.wanted.get_untracked() {
            self.wanted.set(true);
        }
    }
}

/// The apps I belong to.
#[must_use]
pub fn use_mine() -> Mine {
    use_context().unwrap_or_else(Mine::new)
}
