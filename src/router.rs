//! Going from page to page, on `leptos_router`'s location: it follows links and the history; [`Route`] says what an
//! address means, and this is where the two meet.

mod arrival;
mod heading;
mod links;

pub use links::watch_links;

use std::borrow::Cow;

use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationProvider, Url};

use crate::routes::{Open, Page, Route};

/// Where the reader is, and how to go elsewhere.
#[derive(Clone, Copy)]
pub struct Router {
    at: Memo<Route>,
    base: StoredValue<String>,
    location: StoredValue<Option<BrowserUrl>>,
    /// Whether what is open here was opened from this very page, one step back in the history.
    opened_here: StoredValue<bool>,
    /// Whether a step back has been asked for and is still to come.
    closing: StoredValue<bool>,
    /// Whether where the reader is going takes the place of where they are.
    replacing: StoredValue<bool>,
}

/// Below what path the portal lives: empty at the root, which has no `<base>`.
fn base() -> Cow<'static, str> {
    let based = document().query_selector("base[href]").ok().flatten().is_some();
    let address = if based { document().base_uri().ok().flatten() } else { None };
    let path = address.and_then(|address| web_sys::Url::new(&address).ok()).map(|url| url.pathname());
    path.map(|path| path.trim_end_matches('/').to_owned()).unwrap_or_default().into()
}

/// Makes [`use_router`] work below; call once.
pub fn provide_router() -> Router {
    let base = base();
    let location = BrowserUrl::new().ok();
    if let Some(location) = &location {
        location.init(Some(base.clone()));
    }
    let (base, location) = (StoredValue::new(base.into_owned()), StoredValue::new(location));
    let at = Memo::new(move |_| {
        let route = here(location, |url| base.with_value(|base| read(base, url.path(), url.search())));
        route.unwrap_or(Route::NotFound)
    });
    let [opened_here, closing, replacing] = [(); 3].map(|()| StoredValue::new(false));
    let router = Router { at, base, location, opened_here, closing, replacing };
    provide_context(router);
    router.follow();
    router
}

/// Reads the address where the reader is going, and follows it.
fn here<T>(location: StoredValue<Option<BrowserUrl>>, read: impl FnOnce(&Url) -> T) -> Option<T> {
    let url = location.with_value(|location| location.as_ref().map(|location| location.as_url().clone()));
    url.map(|url| url.with(read))
}

/// Makes the address bar say where the reader is. `leptos_router` would do so for its own `Routes`, which the portal has
/// no use for, and 0.8.17 forgets it for an address that it pushed before the reader went back.
fn catch_up(url: &Url, replace: bool) {
    let location = window().location();
    let bar = [location.pathname(), location.search()].into_iter().flatten().collect::<String>();
    let query = url.search().strip_prefix('?').unwrap_or(url.search());
    let meant = if query.is_empty() { url.path().to_owned() } else { [url.path(), "?", query].concat() };
    let Ok(history) = window().history() else { return };
    let state = wasm_bindgen::JsValue::NULL;
    let _ = match (bar == meant, replace) {
        (true, _) => Ok(()),
        (false, true) => history.replace_state_with_url(&state, "", Some(&meant)),
        (false, false) => history.push_state_with_url(&state, "", Some(&meant)),
    };
}

fn read(base: &str, path: &str, query: &str) -> Route {
    match path.strip_prefix(base) {
        Some(below) if below.is_empty() || below.starts_with('/') => {
            Route::parse(below, query.strip_prefix('?').unwrap_or(query))
        }
        _ => Route::NotFound,
    }
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
        let Ok(url) = BrowserUrl::parse(&self.href(route)) else { return };
        self.replacing.set_value(replace);
        self.location.with_value(|location| location.as_ref().map(|location| location.as_url().set(url)));
    }

    /// Does what arriving somewhere asks for.
    fn follow(self) {
        Effect::new(move |_| {
            let replace = self.replacing.get_value();
            self.replacing.set_value(false);
            here(self.location, |url| catch_up(url, replace));
        });
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
                let elsewhere = |url: &Url| href.split('?').next() != Some(url.path());
                untrack(|| here(self.location, elsewhere)) == Some(true)
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
