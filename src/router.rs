//! Going from page to page: [`Route`] says what an address means, [`location`] where the browser is.

mod arrival;
mod heading;
mod links;
mod location;

use leptos::prelude::*;

use self::location::{Address, Location};
use crate::routes::{Open, Page, Route};

/// Where the reader is, and how to go elsewhere.
#[derive(Clone, Copy)]
pub struct Router {
    at: Memo<Route>,
    base: StoredValue<String>,
    location: Location,
    /// Whether what is open here was opened from this very page, one step back in the history.
    opened_here: StoredValue<bool>,
    /// Whether a step back has been asked for and is still to come.
    closing: StoredValue<bool>,
}

/// Below what path the portal lives: empty at the root, which has no `<base>`.
fn base() -> String {
    let based = document().query_selector("base[href]").ok().flatten().is_some();
    let address = if based { document().base_uri().ok().flatten() } else { None };
    let path = address.and_then(|address| web_sys::Url::new(&address).ok()).map(|url| url.pathname());
    path.map(|path| path.trim_end_matches('/').to_owned()).unwrap_or_default()
}

/// Makes [`use_router`] work below, and follows links; call once.
pub fn provide_router() -> Router {
    arrival::watch();
    let (base, location) = (StoredValue::new(base()), Location::new());
    let at = Memo::new(move |_| base.with_value(|base| location.with(|address| read(base, address))));
    let [opened_here, closing] = [(); 2].map(|()| StoredValue::new(false));
    let router = Router { at, base, location, opened_here, closing };
    provide_context(router);
    links::watch(move |href| {
        let mine = base.with_value(|base| below(base, &Address::of(href).path).is_some());
        if mine {
            location.go(href, false);
        }
        mine
    });
    router.follow();
    router
}

fn read(base: &str, address: &Address) -> Route {
    below(base, &address.path).map_or(Route::NotFound, |path| Route::parse(path, &address.query))
}

/// The part of a path that is the portal's own.
fn below<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(base).filter(|below| below.is_empty() || below.starts_with('/'))
}

/// The router.
#[must_use]
pub fn use_router() -> Router {
    use_context().unwrap_or_else(provide_router)
}

impl Router {
    /// Where the reader is.
    #[must_use]
    pub fn route(self) -> Route {
        self.at.get()
    }

    /// Where the reader is, without following it.
    #[must_use]
    pub fn route_untracked(self) -> Route {
        self.at.get_untracked()
    }

    /// On what page. Stays the same while dialogs come and go on it.
    #[must_use]
    pub fn page(self) -> Memo<Page> {
        Memo::new(move |_| self.at.with(Route::page))
    }

    /// The address of a route, for links.
    #[must_use]
    pub fn href(self, route: &Route) -> String {
        self.base.with_value(|base| [base, route.path().as_str()].concat())
    }

    /// Goes there; Back leads here again.
    pub fn go(self, route: &Route) {
        self.to(route, false);
    }

    /// Goes there in place of this one, which Back then skips.
    pub fn replace(self, route: &Route) {
        self.to(route, true);
    }

    /// Closes what was opened from here: by Back if that leads to the same place without it, so that opening and
    /// closing leave no trail. The browser steps back a moment later: asked twice, it would step back twice.
    pub fn close(self, route: &Route) {
        match window().history() {
            Ok(_) if self.closing.get_value() => {}
            Ok(history) if self.opened_here.get_value() => {
                self.closing.set_value(history.back().is_ok());
            }
            _ => self.replace(route),
        }
    }

    fn to(self, route: &Route, replace: bool) {
        self.location.go(&self.href(route), replace);
    }

    /// Does what arriving somewhere asks for.
    fn follow(self) {
        Effect::new(move |before: Option<Route>| {
            let route = self.at.get();
            self.closing.set_value(false);
            let same_page = before.as_ref().is_some_and(|before| before.page() == route.page());
            let was_closed = before.as_ref().is_some_and(|before| before.open() == Open::Nothing);
            if !(same_page && route.open() != Open::Nothing && !was_closed) {
                self.opened_here.set_value(same_page && was_closed && route.open() != Open::Nothing);
            }
            // Short addresses become their long form, so that two names never mean one page.
            let short = route != Route::NotFound && {
                let href = self.href(&route);
                untrack(|| self.location.with(|address| href.split('?').next() != Some(&address.path)))
            };
            if short {
                self.replace(&route);
            }
            if before.is_some() && !same_page {
                arrival::at_page(&self.href(&route));
            }
            route
        });
    }
}
