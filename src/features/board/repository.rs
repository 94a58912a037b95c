//! The Deployment Package Repository: its packages, the newest first, page by page.

use futures::future::{FutureExt, LocalBoxFuture, ready};
use leptos::prelude::*;
use padlock_contract::Page;
use padlock_contract::packages::Package;

use crate::gateway::{Answer, Api, Failure, use_api};
use crate::load::Load;

/// The packages of an app.
#[derive(Clone, Copy)]
pub struct Repository {
    /// Those that are here, and how to get more.
    pub packages: Load<Page<Package>>,
    pages: StoredValue<usize>,
    slug: StoredValue<String>,
    api: Api,
}

impl Repository {
    pub(super) fn new(slug: StoredValue<String>) -> Self {
        let api = use_api();
        let pages = StoredValue::new(1);
        let packages = Load::new(move || {
            let (app, wanted) = (slug.get_value(), pages.get_value());
            async move {
                let mut list = api.packages(&app, None).await?;
                for _ in 1..wanted {
                    let Some(cursor) = list.next_cursor.take() else { break };
                    let more = api.packages(&app, Some(&cursor)).await?;
                    list.items.extend(more.items);
                    list.next_cursor = more.next_cursor;
                }
                Ok::<_, Failure>(list)
            }
        });
        Self { packages, pages, slug, api }
    }

    /// One by its id: from the list if it is there, which may be long or still on its way, else from the API.
    #[must_use]
    pub fn find(self, id: &str) -> LocalBoxFuture<'static, Answer<Package>> {
        match untrack(|| self.package(id)) {
            Some(package) => ready(Ok(package)).boxed_local(),
            None => self.slug.with_value(|slug| self.api.package(slug, id)).boxed_local(),
        }
    }

    /// One of those that are here.
    #[must_use]
    pub fn package(self, id: &str) -> Option<Package> {
        self.packages.ready(|list| list.items.iter().find(|package| package.id == id).cloned()).flatten()
    }

    /// When one of those that are here expires, if it does.
    #[must_use]
    pub fn expires_at(self, id: &str) -> Option<String> {
        let expires = |package: &Package| package.expires_at.as_ref().map(|at| at.as_str().to_owned());
        self.packages.ready(|list| list.items.iter().find(|package| package.id == id).and_then(expires)).flatten()
    }

    /// Fetches the list again, as far as it was.
    pub fn again(self) {
        self.packages.again();
    }

    /// Fetches older ones too.
    pub fn more(self) {
        self.pages.update_value(|pages| *pages += 1);
        self.packages.again();
    }
}
