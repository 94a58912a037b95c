//! The addresses of the portal: builds them from routes and parses them.
//!
//! A [`Route`] contains everything that should survive sharing or reloading a page, such as the search text and the
//! open dialog. A path to return to after signing in is parsed into a `Route`, so it cannot lead out of the portal.

mod filter;
mod identifier;
mod query;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::identifier::is_slug_or_id;
pub use filter::{ActivityFilter, parse_day};
pub use query::{value, with_query};

/// A page of the portal with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/sign-in?to=…`
    SignIn {
        /// The route to go to after signing in.
        to: Option<Box<Route>>,
        /// `&step=code`: whether the page asks for the code, its second step after the password.
        code: bool,
    },
    /// `/apps`
    Apps,
    /// `/apps/:app/deploy`
    Deploy {
        /// The app's slug.
        app: String,
        /// The search text of the repository.
        search: String,
        /// The open dialog.
        dialog: OpenDialog,
    },
    /// `/apps/:app/activity`
    Activity {
        /// The app's slug.
        app: String,
        /// The filters of the list.
        filter: ActivityFilter,
    },
    /// `/kit`: every component in every state, for developers.
    #[cfg(any(feature = "preview", debug_assertions))]
    Kit,
    /// Any other address.
    NotFound,
}

/// The dialog that is open on the deploy page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OpenDialog {
    /// No dialog.
    #[default]
    None,
    /// `?package=<id>`: the details of a package.
    Package(String),
    /// `?transport=<environment>`: deploying the package of the previous environment to this one.
    Transport(String),
    /// `?deploy=<package>&onto=<environment>`: deploying a package of the repository to an environment.
    Deploy {
        /// The package's id.
        package: String,
        /// The environment's slug.
        onto: String,
    },
    /// `?dialog=upload`: uploading a package.
    Upload,
}

/// The page of a route, without parameters that change on the same page, such as the open dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The sign-in page.
    SignIn,
    /// The list of the visitor's apps.
    Apps,
    /// The deploy page of the app with this slug.
    Deploy(String),
    /// The activity page of the app with this slug.
    Activity(String),
    /// The component kit.
    #[cfg(any(feature = "preview", debug_assertions))]
    Kit,
    /// The page for addresses that do not exist.
    NotFound,
}

impl Route {
    /// Returns the deploy page of an app, without a search text and without a dialog.
    #[must_use]
    pub fn deploy(app: impl Into<String>) -> Self {
        Self::Deploy { app: app.into(), search: String::new(), dialog: OpenDialog::None }
    }

    /// Returns the activity page of an app, without filters.
    #[must_use]
    pub fn activity(app: impl Into<String>) -> Self {
        Self::Activity { app: app.into(), filter: ActivityFilter::default() }
    }

    /// Returns the page that follows a sign-in without a route to return to.
    #[must_use]
    pub const fn home() -> Self {
        Self::Apps
    }

    /// Returns the page.
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

    /// Returns the slug of the app, if the page belongs to one.
    #[must_use]
    pub fn app(&self) -> Option<&str> {
        match self {
            Self::Deploy { app, .. } | Self::Activity { app, .. } => Some(app),
            _ => None,
        }
    }

    /// Returns the open dialog.
    #[must_use]
    pub fn dialog(&self) -> OpenDialog {
        match self {
            Self::Deploy { dialog, .. } => dialog.clone(),
            _ => OpenDialog::None,
        }
    }

    /// Returns the same route with this dialog open. Only the deploy page has dialogs.
    #[must_use]
    pub fn with_dialog(self, dialog: OpenDialog) -> Self {
        match self {
            Self::Deploy { app, search, .. } => Self::Deploy { app, search, dialog },
            other => other,
        }
    }

    /// Returns the same route with this search text. Only the deploy page has one.
    #[must_use]
    pub fn with_search(self, search: String) -> Self {
        match self {
            Self::Deploy { app, dialog, .. } => Self::Deploy { app, search, dialog },
            other => other,
        }
    }

    /// Parses an address below the portal's base: a path, and a query without its `?`.
    #[must_use]
    pub fn parse(path: &str, query: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        match parts {
            [None, ..] | [Some("apps"), None, ..] => Self::Apps,
            [Some("sign-in"), None, ..] => {
                let to = value(query, "to");
                let to = to.as_deref().and_then(Self::parse_return_path).map(Box::new);
                Self::SignIn { to, code: value(query, "step").as_deref() == Some("code") }
            }
            [Some("apps"), Some(app), None | Some("deploy"), None] if is_slug_or_id(app) => Self::Deploy {
                app: app.to_owned(),
                search: value(query, "search").unwrap_or_default(),
                dialog: OpenDialog::parse(query),
            },
            [Some("apps"), Some(app), Some("activity"), None] if is_slug_or_id(app) => {
                Self::Activity { app: app.to_owned(), filter: ActivityFilter::parse(query) }
            }
            #[cfg(any(feature = "preview", debug_assertions))]
            [Some("kit"), None, ..] => Self::Kit,
            _ => Self::NotFound,
        }
    }

    /// Parses the path to return to after signing in. `None` unless it is the path of a page of the portal other than
    /// the sign-in page.
    #[must_use]
    pub fn parse_return_path(to: &str) -> Option<Self> {
        let is_external = !to.starts_with('/') || to.starts_with("//") || to.contains('\\');
        if is_external || to.chars().any(char::is_control) {
            return None;
        }
        let to = to.split('#').next().unwrap_or_default();
        let (path, query) = to.split_once('?').unwrap_or((to, ""));
        match Self::parse(path, query) {
            Self::SignIn { .. } | Self::NotFound => None,
            route => Some(route),
        }
    }

    /// Returns the address below the portal's base.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::SignIn { to, code } => {
                let to = to.as_ref().map(|to| to.path()).unwrap_or_default();
                with_query("/sign-in", &[("to", &to), ("step", if *code { "code" } else { "" })])
            }
            Self::Apps => "/apps".to_owned(),
            Self::Deploy { app, search, dialog } => {
                let path = ["/apps/", app, "/deploy"].concat();
                let (first, second) = dialog.query();
                with_query(&path, &[("search", search), first, second])
            }
            Self::Activity { app, filter } => with_query(&["/apps/", app, "/activity"].concat(), &filter.query()),
            #[cfg(any(feature = "preview", debug_assertions))]
            Self::Kit => "/kit".to_owned(),
            Self::NotFound => "/".to_owned(),
        }
    }
}

impl OpenDialog {
    fn parse(query: &str) -> Self {
        let parameter = |name| value(query, name).filter(|value| is_slug_or_id(value));
        if let Some(package) = parameter("package") {
            Self::Package(package)
        } else if let Some(environment) = parameter("transport") {
            Self::Transport(environment)
        } else if let (Some(package), Some(onto)) = (parameter("deploy"), parameter("onto")) {
            Self::Deploy { package, onto }
        } else if value(query, "dialog").as_deref() == Some("upload") {
            Self::Upload
        } else {
            Self::None
        }
    }

    fn query(&self) -> ((&'static str, &str), (&'static str, &str)) {
        const NONE: (&str, &str) = ("", "");
        match self {
            Self::None => (NONE, NONE),
            Self::Package(package) => (("package", package), NONE),
            Self::Transport(environment) => (("transport", environment), NONE),
            Self::Deploy { package, onto } => (("deploy", package), ("onto", onto)),
            Self::Upload => (("dialog", "upload"), NONE),
        }
    }
}

/// Returns the app in the path of the matched route, if its slug can be one. Tracks the route's parameters.
#[must_use]
pub fn use_app_slug() -> Memo<Option<String>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("app").filter(|slug| is_slug_or_id(slug))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(search: &str, dialog: OpenDialog) -> Route {
        Route::Deploy { app: "shop".into(), search: search.into(), dialog }
    }

    #[test]
    fn every_route_is_parsed_from_its_path() {
        let deploy = OpenDialog::Deploy { package: "0190-a".into(), onto: "test".into() };
        let filter = ActivityFilter {
            person: "0190-a".into(),
            kind: "package_uploaded".into(),
            environment: "test".into(),
            day: "2026-11-12".into(),
        };
        let routes = [
            Route::Apps,
            Route::SignIn { to: None, code: false },
            Route::SignIn { to: Some(Box::new(shop("a&b=c", OpenDialog::Package("0190-a".into())))), code: true },
            shop("", OpenDialog::None),
            shop("1.2 ü", OpenDialog::Transport("production".into())),
            shop("", deploy),
            shop("", OpenDialog::Upload),
            Route::activity("shop"),
            Route::Activity { app: "shop".into(), filter },
        ];
        for route in routes {
            let path = route.path();
            let (pathname, query) = path.split_once('?').unwrap_or((&path, ""));
            assert_eq!(Route::parse(pathname, query), route, "{path}");
        }
    }

    #[test]
    fn short_addresses_are_parsed() {
        assert_eq!(Route::parse("/", ""), Route::Apps);
        assert_eq!(Route::parse("/apps/", ""), Route::Apps);
        assert_eq!(Route::parse("/apps/shop", ""), Route::deploy("shop"));
    }

    #[test]
    fn addresses_that_do_not_exist_are_not_found() {
        for path in ["/nothing", "/apps/shop/permissions", "/apps/shop/deploy/more", "/apps/%2e%2e", "/apps/a b"] {
            assert_eq!(Route::parse(path, ""), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn a_return_path_stays_in_the_portal() {
        assert_eq!(Route::parse_return_path("/apps/shop/deploy"), Some(Route::deploy("shop")));
        assert_eq!(Route::parse_return_path("/apps?x=1#y"), Some(Route::Apps));
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
            assert_eq!(Route::parse_return_path(to), None, "{to:?}");
        }
    }
}
