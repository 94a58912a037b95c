//! Every address of the portal, and how it is built.
//!
//! What a person would share or reload is part of the route: the search text, the open dialog. Only what [`Route::parse`]
//! understood is ever built again, so a return path cannot lead out of the portal.

mod filter;

use crate::address;

pub use filter::{ActivityFilter, parts_of_day};

/// A place in the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/sign-in?to=…`
    SignIn {
        /// Where to go afterwards.
        to: Option<Box<Route>>,
        /// `&step=code`: at the code, after the password; Back leads to the password.
        code: bool,
    },
    /// `/apps`
    Apps,
    /// `/apps/:app/deploy`
    Deploy {
        /// The app's slug.
        app: String,
        /// What the repository is searched for.
        search: String,
        /// The open dialog.
        open: Open,
    },
    /// `/apps/:app/activity`
    Activity {
        /// The app's slug.
        app: String,
        /// What it is looked through for.
        filter: ActivityFilter,
    },
    /// `/kit`: every component in every state, for whoever works on them.
    #[cfg(any(feature = "preview", debug_assertions))]
    Kit,
    /// Anything else.
    NotFound,
}

/// The dialog that is open on the deploy page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Open {
    /// None.
    #[default]
    Nothing,
    /// `?package=<id>`: a package's details.
    Package(String),
    /// `?transport=<environment>`: what runs before that environment goes onto it.
    Transport(String),
    /// `?deploy=<package>&onto=<environment>`: from the repository onto an environment.
    Deploy {
        /// The package's id.
        package: String,
        /// The environment's slug.
        onto: String,
    },
    /// `?upload`: sending a package.
    Upload,
}

/// What page a route is on, whatever is open there: a page stays while its dialogs come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// Signing in.
    SignIn,
    /// My apps.
    Apps,
    /// An app's deploy page.
    Deploy(String),
    /// An app's activity.
    Activity(String),
    /// The kit.
    #[cfg(any(feature = "preview", debug_assertions))]
    Kit,
    /// Nothing.
    NotFound,
}

impl Route {
    /// An app's deploy page, nothing open.
    #[must_use]
    pub fn deploy(app: impl Into<String>) -> Self {
        Self::Deploy { app: app.into(), search: String::new(), open: Open::Nothing }
    }

    /// An app's activity, all of it.
    #[must_use]
    pub fn activity(app: impl Into<String>) -> Self {
        Self::Activity { app: app.into(), filter: ActivityFilter::default() }
    }

    /// Where a sign-in leads that says nothing else.
    #[must_use]
    pub const fn home() -> Self {
        Self::Apps
    }

    /// Its page.
    #[must_use]
    pub fn page(&self) -> Page {
        match self {
            Self::SignIn { .. } => Page::SignIn,
            Self::Apps => Page::Apps,
            Self::Deploy { app, .. } => Page::Deploy(app.clone()),
            Self::Activity { app, .. } => Page::Activity(app.clone()),
            #[cfg(any(feature = "preview", debug_assertions))]
            Self::Kit => Page::Kit,
            Self::NotFound => Page::NotFound,
        }
    }

    /// The app it is about.
    #[must_use]
    pub fn app(&self) -> Option<&str> {
        match self {
            Self::Deploy { app, .. } | Self::Activity { app, .. } => Some(app),
            _ => None,
        }
    }

    /// The open dialog.
    #[must_use]
    pub fn open(&self) -> Open {
        match self {
            Self::Deploy { open, .. } => open.clone(),
            _ => Open::Nothing,
        }
    }

    /// The same place with this dialog open.
    #[must_use]
    pub fn opening(self, open: Open) -> Self {
        match self {
            Self::Deploy { app, search, .. } => Self::Deploy { app, search, open },
            other => other,
        }
    }

    /// The same place, searched for this.
    #[must_use]
    pub fn searching(self, search: String) -> Self {
        match self {
            Self::Deploy { app, open, .. } => Self::Deploy { app, search, open },
            other => other,
        }
    }

    /// Reads an address below the portal's base: a path, and a query without its `?`.
    #[must_use]
    pub fn parse(path: &str, query: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        match parts {
            [None, ..] | [Some("apps"), None, ..] => Self::Apps,
            [Some("sign-in"), None, ..] => {
                let to = address::value(query, "to");
                let to = to.as_deref().and_then(Self::return_path).map(Box::new);
                Self::SignIn { to, code: address::value(query, "step").as_deref() == Some("code") }
            }
            [Some("apps"), Some(app), None | Some("deploy"), None] if plain(app) => Self::Deploy {
                app: app.to_owned(),
                search: address::value(query, "search").unwrap_or_default(),
                open: Open::parse(query),
            },
            [Some("apps"), Some(app), Some("activity"), None] if plain(app) => {
                Self::Activity { app: app.to_owned(), filter: ActivityFilter::parse(query) }
            }
            #[cfg(any(feature = "preview", debug_assertions))]
            [Some("kit"), None, ..] => Self::Kit,
            _ => Self::NotFound,
        }
    }

    /// Reads where a sign-in should return to. Only pages of the portal count, and only ones that exist.
    #[must_use]
    pub fn return_path(to: &str) -> Option<Self> {
        let leads_out = !to.starts_with('/') || to.starts_with("//") || to.contains('\\');
        if leads_out || to.chars().any(char::is_control) {
            return None;
        }
        let to = to.split('#').next().unwrap_or_default();
        let (path, query) = to.split_once('?').unwrap_or((to, ""));
        match Self::parse(path, query) {
            Self::SignIn { .. } | Self::NotFound => None,
            route => Some(route),
        }
    }

    /// Its address below the portal's base.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::SignIn { to, code } => {
                let to = to.as_ref().map(|to| to.path()).unwrap_or_default();
                address::with_query("/sign-in", &[("to", &to), ("step", if *code { "code" } else { "" })])
            }
            Self::Apps => "/apps".to_owned(),
            Self::Deploy { app, search, open } => {
                let path = ["/apps/", app, "/deploy"].concat();
                let (first, second) = open.query();
                address::with_query(&path, &[("search", search), first, second])
            }
            Self::Activity { app, filter } => {
                address::with_query(&["/apps/", app, "/activity"].concat(), &filter.query())
            }
            #[cfg(any(feature = "preview", debug_assertions))]
            Self::Kit => "/kit".to_owned(),
            Self::NotFound => "/".to_owned(),
        }
    }
}

impl Open {
    fn parse(query: &str) -> Self {
        let read = |name| address::value(query, name).filter(|value| plain(value));
        if let Some(package) = read("package") {
            Self::Package(package)
        } else if let Some(environment) = read("transport") {
            Self::Transport(environment)
        } else if let (Some(package), Some(onto)) = (read("deploy"), read("onto")) {
            Self::Deploy { package, onto }
        } else if address::value(query, "dialog").as_deref() == Some("upload") {
            Self::Upload
        } else {
            Self::Nothing
        }
    }

    fn query(&self) -> ((&'static str, &str), (&'static str, &str)) {
        const NONE: (&str, &str) = ("", "");
        match self {
            Self::Nothing => (NONE, NONE),
            Self::Package(package) => (("package", package), NONE),
            Self::Transport(environment) => (("transport", environment), NONE),
            Self::Deploy { package, onto } => (("deploy", package), ("onto", onto)),
            Self::Upload => (("dialog", "upload"), NONE),
        }
    }
}

/// Slugs and ids: nothing that an address would have to escape.
fn plain(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(search: &str, open: Open) -> Route {
        Route::Deploy { app: "shop".into(), search: search.into(), open }
    }

    #[test]
    fn every_route_survives_its_address() {
        let deploy = Open::Deploy { package: "0190-a".into(), onto: "test".into() };
        let filter = ActivityFilter {
            person: "0190-a".into(),
            kind: "package_uploaded".into(),
            environment: "test".into(),
            day: "2026-11-12".into(),
        };
        let routes = [
            Route::Apps,
            Route::SignIn { to: None, code: false },
            Route::SignIn { to: Some(Box::new(shop("a&b=c", Open::Package("0190-a".into())))), code: true },
            shop("", Open::Nothing),
            shop("1.2 ü", Open::Transport("production".into())),
            shop("", deploy),
            shop("", Open::Upload),
            Route::activity("shop"),
            Route::Activity { app: "shop".into(), filter },
        ];
        for route in routes {
            let path = route.path();
            let (before, query) = path.split_once('?').unwrap_or((&path, ""));
            assert_eq!(Route::parse(before, query), route, "{path}");
        }
    }

    #[test]
    fn short_addresses_lead_somewhere() {
        assert_eq!(Route::parse("/", ""), Route::Apps);
        assert_eq!(Route::parse("/apps/", ""), Route::Apps);
        assert_eq!(Route::parse("/apps/shop", ""), Route::deploy("shop"));
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        for path in ["/nothing", "/apps/shop/permissions", "/apps/shop/deploy/more", "/apps/%2e%2e", "/apps/a b"] {
            assert_eq!(Route::parse(path, ""), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn a_return_path_stays_in_the_portal() {
        assert_eq!(Route::return_path("/apps/shop/deploy"), Some(Route::deploy("shop")));
        assert_eq!(Route::return_path("/apps?x=1#y"), Some(Route::Apps));
        for to in [
            "",
            "apps",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/sign-in?to=/apps",
            "/nothing",
        ] {
            assert_eq!(Route::return_path(to), None, "{to:?}");
        }
    }
}
