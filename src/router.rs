//! Going from page to page, on `leptos_router`: it keeps the address bar and follows links; [`Route`] says what an
//! address means, and this is where the two meet.

mod arrival;
mod heading;
mod links;

pub use links::watch_links;

use std::borrow::Cow;
use std::time::Duration;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::routes::{Open, Page, Route};

type Navigate = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// Where the reader is, and how to go elsewhere.
#[derive(Clone, Copy)]
pub struct Router {
    at: Memo<Route>,
    base: StoredValue<String>,
    navigate: StoredValue<Navigate>,
    /// Whether what is open here was opened from this very page, one step back in the history.
    opened_here: StoredValue<bool>,
    /// Whether a step back has been asked for and is still to come.
    closing: StoredValue<bool>,
}

/// Below what path the portal lives: empty at the root, which has no `<base>`.
#[must_use]
pub fn base() -> Cow<'static, str> {
    let based = document().query_selector("base[href]").ok().flatten().is_some();
    let address = if based { document().base_uri().ok().flatten() } else { None };
    let path = address.and_then(|address| web_sys::Url::new(&address).ok()).map(|url| url.pathname());
    path.map(|path| path.trim_end_matches('/').to_owned()).unwrap_or_default().into()
}

/// Makes [`use_router`] work below; call once, inside `leptos_router`'s `Router`.
pub fn provide_router() -> Router {
    let base = base().into_owned();
    let location = use_location();
    let (pathname, search) = (location.pathname, location.search);
    let below = StoredValue::new(base.clone());
    let at =
        Memo::new(move |_| below.with_value(|base| pathname.with(|path| search.with(|query| read(base, path, query)))));
    let navigate: Navigate = Box::new(use_navigate());
    let (opened_here, closing) = (StoredValue::new(false), StoredValue::new(false));
    let router = Router { at, base: below, navigate: StoredValue::new(navigate), opened_here, closing };
    provide_context(router);
    router.follow(pathname, search);
    router
}

/// `leptos_router` 0.8.17 keeps a list of its own of what it pushed, which replaced entries, Back and Forward leave behind
/// the browser's. An address that is the last on that list is then never pushed again: the page moves on, the address bar
/// does not, and the next Back leaves the portal.
fn catch_up(path: &str, query: &str) {
    let location = window().location();
    let bar = [location.pathname(), location.search()].into_iter().flatten().collect::<String>();
    let query = query.strip_prefix('?').unwrap_or(query);
    let meant = if query.is_empty() { path.to_owned() } else { [path, "?", query].concat() };
    if bar != meant
        && let Ok(history) = window().history()
    {
        let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&meant));
    }
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
        let scroll = self.at.with_untracked(|at| at.page() != route.page());
        let href = self.href(route);
        // Our addresses have the base in them already.
        let options = NavigateOptions { resolve: false, replace, scroll, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(&href, options));
    }

    /// Does what arriving somewhere asks for.
    fn follow(self, pathname: Memo<String>, search: Memo<String>) {
        Effect::new(move |before: Option<Route>| {
            let route = self.at.get();
            self.closing.set_value(false);
            let same_page = before.as_ref().is_some_and(|before| before.page() == route.page());
            let was_closed = before.as_ref().is_some_and(|before| before.open() == Open::Nothing);
            if !(same_page && route.open() != Open::Nothing && !was_closed) {
                self.opened_here.set_value(same_page && was_closed && route.open() != Open::Nothing);
            }
            // The address bar follows a link to another page only once that is there: at the end of this very task.
            set_timeout(
                move || {
                    let bar_of = |path: &String| search.try_with_untracked(|query| catch_up(path, query));
                    let _ = pathname.try_with_untracked(bar_of);
                },
                Duration::ZERO,
            );
            // Short addresses become their long form, so that two names never mean one page.
            let short = route != Route::NotFound && {
                let href = self.href(&route);
                pathname.with_untracked(|path| href.split('?').next() != Some(path.as_str()))
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
