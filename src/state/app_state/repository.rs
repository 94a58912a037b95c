//! The Deployment Package Repository of an app: its packages, the newest first, page by page.

use leptos::prelude::*;
use padlock_contract::Page;
use padlock_contract::packages::{Package, PackageSummary};

use crate::api::{Api, ApiError, Call, use_api};
use crate::state::query::Query;

/// The packages of an app.
#[derive(Clone, Copy)]
pub struct Repository {
    /// The loaded packages, and the cursor of the next page if there is one.
    pub packages: Query<Page<PackageSummary>>,
    page_count: StoredValue<usize>,
    slug: StoredValue<String>,
    api: Api,
}

impl Repository {
    pub(super) fn new(slug: StoredValue<String>) -> Self {
        let api = use_api();
        let page_count = StoredValue::new(1);
        let packages = Query::new(move || {
            let (app, page_count) = (slug.get_value(), page_count.get_value());
            async move {
                let mut list = api.packages(&app, None).await?;
                for _ in 1..page_count {
                    let Some(cursor) = list.next_cursor.take() else { break };
                    let page = api.packages(&app, Some(&cursor)).await?;
                    list.items.extend(page.items);
                    list.next_cursor = page.next_cursor;
                }
                Ok::<_, ApiError>(list)
            }
        });
        Self { packages, page_count, slug, api }
    }

    /// Fetches the package with this id, with its constants and scheduled events.
    pub fn fetch(self, id: &str) -> Call<Package> {
        self.slug.with_value(|slug| self.api.package(slug, id))
    }

    /// Returns the package with this id, if it is loaded.
    #[must_use]
    pub fn package(self, id: &str) -> Option<PackageSummary> {
        self.packages.ready(|list| list.items.iter().find(|package| package.id == id).cloned()).flatten()
    }

    /// Returns when the package with this id expires, if it is loaded and expires at all. RFC 3339.
    #[must_use]
    pub fn expires_at(self, id: &str) -> Option<String> {
        let expires_at = |package: &PackageSummary| package.expires_at.as_ref().map(|time| time.as_str().to_owned());
        self.packages.ready(|list| list.items.iter().find(|package| package.id == id).and_then(expires_at)).flatten()
    }

    /// Fetches the loaded pages again.
    pub fn refetch(self) {
        self.packages.refetch();
    }

    /// Fetches one page more, of older packages.
    pub fn load_more(self) {
        self.page_count.update_value(|count| *count += 1);
        self.packages.refetch();
    }
}
