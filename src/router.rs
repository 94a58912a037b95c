//! NOTE FROM THE LEAD (remove when done): the client asked for leptos_router by name, and it stays inside the 150 kB
//! budget. Replace this module by leptos_router (Router with `base`, Routes, A/use_navigate behind `Route`), keeping
//! `routes::Route` as the one place that knows paths. Helper who owns src/: please do this now.
//!
//! Going from page to page: the address bar, links, Back, the scroll position and the focus.
//!
//! A router of our own because the usual one weighs more than the deploy page itself (docs/adr); [`Route`] does the
//! parsing, so what is left is the browser's history.

mod arrival;
mod history;
mod links;

use leptos::ev;
use leptos::prelude::*;

use crate::routes::{Page, Route};

/// Where the reader is, and how to go elsewhere.
#[derive(Clone, Copy)]
pub struct Router {
    at: RwSignal<Route>,
    base: StoredValue<String>,
}

/// Makes [`use_router`] work below; call once at the root.
pub fn provide_router() -> Router {
    let base = history::base();
    let router = Router { at: RwSignal::new(history::here(&base)), base: StoredValue::new(base) };
    provide_context(router);
    // Short addresses become their long form, so that two names never mean one page.
    let route = router.at.get_untracked();
    if route != Route::NotFound {
        history::rename(&router.href(&route));
    }
    history::take_over_scrolling();
    arrival::restore_scroll();
    let _ = window_event_listener(ev::popstate, move |_| router.arrive_by_history());
    let _ = window_event_listener(ev::click, move |event| links::follow(router, &event));
    let _ = window_event_listener(ev::pagehide, |_| history::remember_scroll());
    router
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
    pub fn go(self, route: Route) {
        if route == self.at.get_untracked() {
            return;
        }
        history::remember_scroll();
        history::push(&self.href(&route));
        self.arrive(route);
    }

    /// Goes there in place of this one, which Back then skips.
    pub fn replace(self, route: Route) {
        history::replace(&self.href(&route));
        self.arrive(route);
    }

    /// Closes what was opened from here: by Back if that leads to the same place without it, so that opening and
    /// closing leave no trail.
    pub fn close(self, route: Route) {
        if history::was_pushed() { history::back() } else { self.replace(route) }
    }

    fn arrive(self, route: Route) {
        let same_page = self.at.with_untracked(|at| at.page() == route.page());
        self.at.set(route);
        if !same_page {
            arrival::at_new_page();
        }
    }

    fn arrive_by_history(self) {
        let route = self.base.with_value(|base| history::here(base));
        let same_page = self.at.with_untracked(|at| at.page() == route.page());
        self.at.set(route);
        if !same_page {
            arrival::at_known_page();
        }
    }
}
