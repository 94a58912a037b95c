//! Where the visitor is and how to go elsewhere: [`Route`] on top of `leptos_router`.

mod focus;
mod fragment_links;
mod history;
mod scroll;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::routes::{OpenDialog, Page, Route};

pub use fragment_links::follow_fragment_links;

/// The current route, and ways to change it.
#[derive(Clone, Copy)]
pub struct Navigation {
    route: Memo<Route>,
    pathname: Memo<String>,
    base: StoredValue<String>,
    navigate: StoredValue<Navigate>,
    /// Whether the open dialog was opened from the page under it, one step back in the history.
    opened_here: StoredValue<bool>,
    /// Whether the history is about to step back.
    closing: StoredValue<bool>,
}

type Navigate = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// The path below which the portal lives, without a slash at its end. Empty at the root, where the page has no `<base>`.
pub fn base() -> String {
    let has_base = document().query_selector("base[href]").ok().flatten().is_some();
    let uri = if has_base { document().base_uri().ok().flatten() } else { None };
    let path = uri.and_then(|uri| web_sys::Url::new(&uri).ok()).map(|url| url.pathname());
    path.map(|path| path.trim_end_matches('/').to_owned()).unwrap_or_default()
}

/// The page in the address bar, before there is a router.
pub fn first_page() -> Page {
    let path = window().location().pathname().unwrap_or_default();
    parse(&base(), &path, "").page()
}

/// Returns the address of the start page.
#[must_use]
pub fn start_address() -> String {
    [&base(), "/"].concat()
}

/// Makes [`use_navigation`] work below. To be called once, inside `<Router>`.
pub fn provide_navigation() {
    scroll::remember();
    let base = StoredValue::new(base());
    let location = use_location();
    history::keep_complete(&location);
    let (pathname, search) = (location.pathname, location.search);
    let route = Memo::new(move |_| {
        let path = pathname.get();
        base.with_value(|base| search.with(|search| parse(base, &path, search)))
    });
    let navigate: Navigate = Box::new(use_navigate());
    let navigation = Navigation {
        route,
        pathname,
        base,
        navigate: StoredValue::new(navigate),
        opened_here: StoredValue::new(false),
        closing: StoredValue::new(false),
    };
    provide_context(navigation);
    navigation.follow();
}

fn parse(base: &str, path: &str, query: &str) -> Route {
    let below = path.strip_prefix(base).filter(|below| below.is_empty() || below.starts_with('/'));
    below.map_or(Route::NotFound, |path| Route::parse(path, query))
}

/// Returns the navigation.
///
/// # Panics
/// Outside [`provide_navigation`].
#[must_use]
pub fn use_navigation() -> Navigation {
    expect_context()
}

impl Navigation {
    /// Returns the current route and tracks it.
    #[must_use]
    pub fn route(self) -> Route {
        self.route.get()
    }

    /// Returns the current route without tracking it.
    #[must_use]
    pub fn route_untracked(self) -> Route {
        self.route.get_untracked()
    }

    /// Returns the current page, which stays the same while dialogs open and close on it.
    #[must_use]
    pub fn page(self) -> Memo<Page> {
        Memo::new(move |_| self.route.with(Route::page))
    }

    /// Returns where a visitor should come back to after signing in. The home page and pages that do not exist need not be
    /// named.
    #[must_use]
    pub fn return_route(self) -> Option<Box<Route>> {
        let route = self.route_untracked();
        (route != Route::home() && route.page() != Page::NotFound).then(|| Box::new(route))
    }

    /// Returns the address of a route, for links.
    #[must_use]
    pub fn href(self, route: &Route) -> String {
        self.base.with_value(|base| [base, route.path().as_str()].concat())
    }

    /// Goes to a route and adds it to the history.
    pub fn go(self, route: &Route) {
        self.navigate(route, false);
    }

    /// Goes to a route in place of the current one, so that Back skips this one.
    pub fn replace(self, route: &Route) {
        self.navigate(route, true);
    }

    /// Closes a dialog: `route` is the page without it. Steps back in the history if the dialog was opened from there, so
    /// that opening and closing leave no trail.
    pub fn close_dialog(self, route: &Route) {
        match window().history() {
            // The browser steps back a moment later: asked twice, it would step back twice.
            Ok(_) if self.closing.get_value() => {}
            Ok(history) if self.opened_here.get_value() => {
                self.closing.set_value(history.back().is_ok());
            }
            _ => self.replace(route),
        }
    }

    fn navigate(self, route: &Route, replace: bool) {
        // Where to scroll is decided in `scroll`.
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(&route.path(), options));
    }

    /// Keeps history, focus and scroll position right as the route changes.
    fn follow(self) {
        Effect::new(move |previous: Option<Route>| {
            let route = self.route.get();
            self.closing.set_value(false);
            let same_page = previous.as_ref().is_some_and(|previous| previous.page() == route.page());
            let was_closed = previous.as_ref().is_some_and(|previous| previous.dialog() == OpenDialog::None);
            let is_open = route.dialog() != OpenDialog::None;
            if !(same_page && is_open && !was_closed) {
                self.opened_here.set_value(same_page && was_closed && is_open);
            }
            // One address for each page: `/apps/` becomes `/apps`.
            let canonical = self.href(&route);
            let canonical_path = canonical.split('?').next().unwrap_or_default();
            if route != Route::NotFound && self.pathname.with_untracked(|path| path != canonical_path) {
                self.replace(&route);
            }
            if previous.is_some() && !same_page {
                focus::focus_heading();
                scroll::restore(canonical_path);
            }
            route
        });
    }
}
