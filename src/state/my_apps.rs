//! The apps that the visitor belongs to.

use futures::TryFutureExt;
use leptos::prelude::*;
use padlock_contract::apps::App;

use crate::api::use_api;
use crate::state::query::Query;

/// The visitor's apps.
#[derive(Clone, Copy)]
pub struct MyApps {
    /// The apps. On demand: a page that only lists them in a menu shows its own content first.
    pub apps: Query<Vec<App>>,
    /// The slug of an app in the address that does not exist or is not the visitor's.
    missing: RwSignal<String>,
}

/// Makes [`use_my_apps`] work below.
pub fn provide_my_apps() -> MyApps {
    let my_apps = MyApps::new();
    provide_context(my_apps);
    my_apps
}

/// Returns the visitor's apps.
#[must_use]
pub fn use_my_apps() -> MyApps {
    use_context().unwrap_or_else(MyApps::new)
}

impl MyApps {
    fn new() -> Self {
        let api = use_api();
        Self { apps: Query::on_demand(move || api.apps().map_ok(|page| page.items)), missing: RwSignal::default() }
    }

    /// Notes that the app in the address does not exist or is not the visitor's: nothing may link to it.
    pub fn set_missing(self, slug: String) {
        self.missing.set(slug);
    }

    /// Whether [`set_missing`](Self::set_missing) named this app.
    #[must_use]
    pub fn is_missing(self, slug: &str) -> bool {
        self.missing.with(|missing| missing == slug)
    }
}
