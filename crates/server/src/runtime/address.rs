//! The addresses of environments, and the environment that a request addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use padlock_domain::Slug;

use crate::http::host::host_and_port;

/// The slugs in the address of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnvironmentAddress {
    /// The slug of the app.
    pub app: Slug,
    /// The slug of the environment.
    pub environment: Slug,
}

/// What a request to the environments' listener addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestTarget {
    /// An environment by its host name, which is an origin of its own.
    Host(EnvironmentAddress),
    /// An environment by the path on an IP address or `localhost`, and the rest of the path.
    Path(EnvironmentAddress, String),
    /// An IP address or `localhost` without the path of an environment.
    NoEnvironment,
    /// A host name that the server does not serve.
    UnknownHost,
}

/// The pattern of environment addresses: `http://{env}--{app}.localhost:8081`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppsUrl {
    scheme: String,
    names: NamePattern,
    domain: String,
    port: Option<u16>,
}

/// How a host name begins with the two slugs. Slugs contain neither separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NamePattern {
    environment_first: bool,
    separator: &'static str,
}

impl NamePattern {
    /// One label, so one wildcard certificate covers every environment.
    const DEFAULT: Self = Self { environment_first: true, separator: "--" };

    const ALL: [Self; 4] = [
        Self::DEFAULT,
        Self { environment_first: false, separator: "--" },
        Self { environment_first: true, separator: "." },
        Self { environment_first: false, separator: "." },
    ];

    fn join(self, app: &str, environment: &str) -> String {
        let (first, second) = if self.environment_first { (environment, app) } else { (app, environment) };
        format!("{first}{}{second}", self.separator)
    }

    fn split(self, names: &str) -> Option<EnvironmentAddress> {
        let (first, second) = names.split_once(self.separator)?;
        let (first, second) = (first.parse().ok()?, second.parse().ok()?);
        let (environment, app) = if self.environment_first { (first, second) } else { (second, first) };
        Some(EnvironmentAddress { app, environment })
    }
}

/// The text is not a pattern of environment addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must look like http://{{env}}--{{app}}.localhost:8081, with the two names first, in any order, joined by -- or a \
     dot, and no path"
)]
pub struct InvalidAppsUrl;

impl FromStr for AppsUrl {
    type Err = InvalidAppsUrl;

    fn from_str(text: &str) -> Result<Self, InvalidAppsUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidAppsUrl)?;
        if !matches!(scheme, "http" | "https") {
            return Err(InvalidAppsUrl);
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let with_names = |names: NamePattern| {
            let rest = rest.strip_prefix(&names.join("{app}", "{env}"))?.strip_prefix('.')?;
            Some((names, rest))
        };
        let (names, rest) = NamePattern::ALL.into_iter().find_map(with_names).ok_or(InvalidAppsUrl)?;
        let (domain, port) = host_and_port(rest).ok_or(InvalidAppsUrl)?;
        if !domain.split('.').all(is_label) {
            return Err(InvalidAppsUrl);
        }
        Ok(Self { scheme: scheme.to_owned(), names, domain, port })
    }
}

/// Returns whether the text is a label of a host name in lower case. Unlike a slug, it may be punycode.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl fmt::Display for AppsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.format("{app}", "{env}").trim_end_matches('/'))
    }
}

impl AppsUrl {
    /// Returns the default, `http://{env}--{app}.localhost` with this port. Browsers resolve it without DNS.
    #[must_use]
    pub fn local(port: u16) -> Self {
        let (scheme, domain) = ("http".to_owned(), "localhost".to_owned());
        Self { scheme, names: NamePattern::DEFAULT, domain, port: Some(port) }
    }

    /// Returns whether the scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// Returns the host name after the two slugs.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns the host name of an environment, without the port.
    #[must_use]
    pub fn host(&self, app: &str, environment: &str) -> String {
        format!("{}.{}", self.names.join(app, environment), self.domain)
    }

    /// Returns whether both slugs are in one label of the host name.
    #[must_use]
    pub fn has_one_label(&self) -> bool {
        self.names.separator != "."
    }

    /// Returns the environment with this host name, if it is one of an environment. The environment need not exist.
    #[must_use]
    pub fn address(&self, host: &str) -> Option<EnvironmentAddress> {
        self.names.split(host.strip_suffix(self.domain.as_str())?.strip_suffix('.')?)
    }

    /// Returns the URL of an environment.
    #[must_use]
    pub fn environment_url(&self, app: &Slug, environment: &Slug) -> String {
        self.format(app.as_str(), environment.as_str())
    }

    fn format(&self, app: &str, environment: &str) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}/", self.scheme, self.host(app, environment))
    }

    /// Returns what a request addresses. Ignores the port, since a proxy may listen on another one.
    #[must_use]
    pub fn request_target(&self, host: &str, uri: &Uri) -> RequestTarget {
        let Some((name, _)) = host_and_port(host) else { return RequestTarget::UnknownHost };
        let name = name.strip_suffix('.').unwrap_or(&name);
        if name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return target_by_path(uri.path());
        }
        self.address(name).map_or(RequestTarget::UnknownHost, RequestTarget::Host)
    }
}

fn target_by_path(path: &str) -> RequestTarget {
    let mut parts = path.splitn(4, '/').skip(1);
    let address = (|| {
        let (app, environment) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(EnvironmentAddress { app, environment })
    })();
    match (address, parts.next()) {
        (None, _) => RequestTarget::NoEnvironment,
        (Some(address), None) => RequestTarget::Path(address, String::new()),
        (Some(address), Some(rest)) => RequestTarget::Path(address, format!("/{rest}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(app: &str, environment: &str) -> EnvironmentAddress {
        EnvironmentAddress { app: app.parse().unwrap(), environment: environment.parse().unwrap() }
    }

    fn target(host: &str, path: &str) -> RequestTarget {
        AppsUrl::local(8081).request_target(host, &path.parse().unwrap())
    }

    #[test]
    fn a_request_addresses_an_environment_by_host_or_path() {
        let shop = address("shop", "production");
        assert_eq!(target("production--shop.localhost:8081", "/a/b"), RequestTarget::Host(shop.clone()));
        assert_eq!(target("Production--Shop.LOCALHOST.", "/"), RequestTarget::Host(shop.clone()));
        assert_eq!(target("127.0.0.1:8081", "/shop/production/a/b"), RequestTarget::Path(shop.clone(), "/a/b".into()));
        assert_eq!(target("[::1]:8081", "/shop/production/"), RequestTarget::Path(shop.clone(), "/".into()));
        assert_eq!(target("localhost", "/shop/production"), RequestTarget::Path(shop, String::new()));
        assert_eq!(target("127.0.0.1", "/"), RequestTarget::NoEnvironment);
        assert_eq!(target("127.0.0.1", "/shop"), RequestTarget::NoEnvironment);
        assert_eq!(target("127.0.0.1", "/../x/y"), RequestTarget::NoEnvironment);
        for host in [
            "evil.example",
            "production--shop.localhost.evil.example",
            "production--shop.evil.localhost",
            "production.shop.localhost",
            "evil.production--shop.localhost",
            "evil--production--shop.localhost",
            "production---shop.localhost",
            "production-shop.localhost",
            "xn--shop.localhost",
            "shop.localhost",
            "production--shoplocalhost",
            "",
        ] {
            assert_eq!(target(host, "/shop/production/"), RequestTarget::UnknownHost, "{host}");
        }
    }

    #[test]
    fn a_pattern_has_any_order_separator_and_domain() {
        for (pattern, host) in [
            ("https://{env}--{app}.apps.example.net", "test--shop.apps.example.net"),
            ("https://{app}--{env}.apps.example.net", "shop--test.apps.example.net"),
            ("https://{env}.{app}.apps.example.net", "test.shop.apps.example.net"),
            ("https://{app}.{env}.apps.example.net", "shop.test.apps.example.net"),
            ("https://{env}--{app}.xn--mnchen-3ya.example", "test--shop.xn--mnchen-3ya.example"),
        ] {
            let url: AppsUrl = pattern.parse().unwrap();
            let shop = address("shop", "test");
            assert_eq!(url.to_string(), pattern);
            assert_eq!(url.host("shop", "test"), host);
            assert_eq!(url.environment_url(&shop.app, &shop.environment), format!("https://{host}/"));
            assert_eq!(url.request_target(host, &"/".parse().unwrap()), RequestTarget::Host(shop));
        }
        assert_eq!(AppsUrl::local(8081), "http://{env}--{app}.localhost:8081/".parse().unwrap());
    }

    #[test]
    fn a_pattern_answers_no_other_pattern() {
        let url: AppsUrl = "https://{env}.{app}.example.net".parse().unwrap();
        for host in ["test--shop.example.net", "shop.example.net", "a.b.c.example.net"] {
            assert_eq!(url.request_target(host, &"/".parse().unwrap()), RequestTarget::UnknownHost, "{host}");
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for invalid in [
            "http://localhost:8081",
            "{env}--{app}.localhost",
            "ftp://{env}--{app}.localhost",
            "http://{env}-{app}.localhost",
            "http://{env}{app}.localhost",
            "http://{env}--{env}.localhost",
            "http://{env}--{app}localhost",
            "http://{env}--{app}--x.localhost",
            "http://{env}--{app}.localhost/path",
            "http://{env}--{app}",
            "http://{env}--{app}.",
            "http://{env}.{app}.",
            "http://{env}--{app}.-x.localhost",
            "http://{env}--{app}.x@localhost",
            "http://{env}--{app}.localhost:99999",
        ] {
            assert!(invalid.parse::<AppsUrl>().is_err(), "{invalid}");
        }
    }
}
