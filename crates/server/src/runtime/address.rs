//! Addresses of environments: how they are written, and which environment a request asks for.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use padlock_domain::slug::Slug;

use crate::http::host::host_and_port;

/// Which environment, as its address says it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The app.
    pub app: Slug,
    /// The environment.
    pub environment: Slug,
}

/// What a request to the environments' listener asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// An environment by its own host name: an origin of its own.
    Host(Place),
    /// An environment by path, on a bare address; the rest of the path starts with a slash, or is empty.
    Path(Place, String),
    /// A bare address without an environment.
    Nowhere,
    /// A host that is none of ours.
    Stranger,
}

/// `http://{env}.{app}.localhost:8081`, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppsUrl {
    scheme: String,
    /// Whether the environment stands before the app.
    environment_first: bool,
    /// What follows the two names, without the port.
    domain: String,
    port: Option<u16>,
}

/// Why a text is no address of environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must look like http://{{env}}.{{app}}.localhost:8081, the two names first and each on its own, and no path")]
pub struct InvalidAppsUrl;

impl FromStr for AppsUrl {
    type Err = InvalidAppsUrl;

    fn from_str(text: &str) -> Result<Self, InvalidAppsUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidAppsUrl)?;
        if !matches!(scheme, "http" | "https") {
            return Err(InvalidAppsUrl);
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (environment_first, rest) = match (rest.strip_prefix("{env}.{app}."), rest.strip_prefix("{app}.{env}.")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(InvalidAppsUrl),
        };
        let (domain, port) = host_and_port(rest).ok_or(InvalidAppsUrl)?;
        if !domain.split('.').all(|label| label.parse::<Slug>().is_ok()) {
            return Err(InvalidAppsUrl);
        }
        Ok(Self { scheme: scheme.to_owned(), environment_first, domain, port })
    }
}

impl fmt::Display for AppsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.write("{app}", "{env}").trim_end_matches('/'))
    }
}

impl AppsUrl {
    /// The default: below `localhost`, which browsers resolve by themselves.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self { scheme: "http".to_owned(), environment_first: true, domain: "localhost".to_owned(), port: Some(port) }
    }

    /// Whether environments are reached over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// The host's part after the two names.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The address of an environment.
    #[must_use]
    pub fn of(&self, app: &Slug, environment: &Slug) -> String {
        self.write(app.as_str(), environment.as_str())
    }

    fn write(&self, app: &str, environment: &str) -> String {
        let (first, second) = if self.environment_first { (environment, app) } else { (app, environment) };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{first}.{second}.{}{port}/", self.scheme, self.domain)
    }

    /// What a request asks for, by its `Host` and its path. The port does not count: a proxy may stand in between.
    #[must_use]
    pub fn asked(&self, host: &str, uri: &Uri) -> Asked {
        let Some((name, _)) = host_and_port(host) else { return Asked::Stranger };
        let name = name.strip_suffix('.').unwrap_or(&name);
        if name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return by_path(uri.path());
        }
        let place =
            name.strip_suffix(self.domain.as_str()).and_then(|names| names.strip_suffix('.')).and_then(|names| {
                let (first, second) = names.split_once('.')?;
                let (first, second) = (first.parse().ok()?, second.parse().ok()?);
                let (environment, app) = if self.environment_first { (first, second) } else { (second, first) };
                Some(Place { app, environment })
            });
        place.map_or(Asked::Stranger, Asked::Host)
    }
}

fn by_path(path: &str) -> Asked {
    let mut parts = path.splitn(4, '/').skip(1);
    let place = (|| {
        let (app, environment) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Place { app, environment })
    })();
    match (place, parts.next()) {
        (None, _) => Asked::Nowhere,
        (Some(place), None) => Asked::Path(place, String::new()),
        (Some(place), Some(rest)) => Asked::Path(place, format!("/{rest}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(app: &str, environment: &str) -> Place {
        Place { app: app.parse().unwrap(), environment: environment.parse().unwrap() }
    }

    fn asked(host: &str, path: &str) -> Asked {
        AppsUrl::local(8081).asked(host, &path.parse().unwrap())
    }

    #[test]
    fn what_a_request_asks_for() {
        let shop = place("shop", "production");
        assert_eq!(asked("production.shop.localhost:8081", "/a/b"), Asked::Host(shop.clone()));
        assert_eq!(asked("Production.Shop.LOCALHOST.", "/"), Asked::Host(shop.clone()));
        assert_eq!(asked("127.0.0.1:8081", "/shop/production/a/b"), Asked::Path(shop.clone(), "/a/b".into()));
        assert_eq!(asked("[::1]:8081", "/shop/production/"), Asked::Path(shop.clone(), "/".into()));
        assert_eq!(asked("localhost", "/shop/production"), Asked::Path(shop, String::new()));
        assert_eq!(asked("127.0.0.1", "/"), Asked::Nowhere);
        assert_eq!(asked("127.0.0.1", "/shop"), Asked::Nowhere);
        assert_eq!(asked("127.0.0.1", "/../x/y"), Asked::Nowhere);
        for host in ["evil.example", "production.shop.localhost.evil.example", "shop.localhost", "a.b.c.localhost", ""]
        {
            assert_eq!(asked(host, "/shop/production/"), Asked::Stranger, "{host}");
        }
    }

    #[test]
    fn the_other_order_and_another_domain() {
        let url: AppsUrl = "https://{app}.{env}.apps.example.net".parse().unwrap();
        assert_eq!(url.of(&"shop".parse().unwrap(), &"test".parse().unwrap()), "https://shop.test.apps.example.net/");
        assert_eq!(url.asked("shop.test.apps.example.net", &"/".parse().unwrap()), Asked::Host(place("shop", "test")));
        assert_eq!(url.to_string(), "https://{app}.{env}.apps.example.net");
    }

    #[test]
    fn what_is_no_address_of_environments() {
        for bad in [
            "http://localhost:8081",
            "{env}.{app}.localhost",
            "ftp://{env}.{app}.localhost",
            "http://{env}-{app}.localhost",
            "http://{env}.{app}.localhost/path",
            "http://{env}.{app}.",
            "http://{env}.{app}.x@localhost",
            "http://{env}.{app}.localhost:99999",
        ] {
            assert!(bad.parse::<AppsUrl>().is_err(), "{bad}");
        }
    }
}
