//! The origin of the portal.

use std::fmt;
use std::str::FromStr;

use http::Uri;

use super::host::host_and_port;

/// Scheme, host and port: `http://localhost:8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

/// The text is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must look like https://padlock.example.net, with no path")]
pub struct InvalidOrigin;

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let uri: Uri = text.parse().map_err(|_| InvalidOrigin)?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(InvalidOrigin),
        };
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !text.contains('#');
        if !is_bare {
            return Err(InvalidOrigin);
        }
        let authority = uri.authority().ok_or(InvalidOrigin)?;
        let (host, port) = host_and_effective_port(authority.as_str(), https).ok_or(InvalidOrigin)?;
        Ok(Self { https, host, port })
    }
}

impl Origin {
    /// Returns the default origin, `http://localhost` with this port.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self { https: false, host: "localhost".to_owned(), port }
    }

    /// Returns whether the scheme is https.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Returns the host name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns whether a `Host` header names this origin.
    #[must_use]
    pub fn matches_host(&self, host: &str) -> bool {
        host_and_effective_port(host, self.https).is_some_and(|(host, port)| host == self.host && port == self.port)
    }
}

fn host_and_effective_port(authority: &str, https: bool) -> Option<(String, u16)> {
    let (host, port) = host_and_port(authority)?;
    Some((host, port.unwrap_or(if https { 443 } else { 80 })))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.https, self.port) {
            (true, 443) => write!(f, "https://{}", self.host),
            (false, 80) => write!(f, "http://{}", self.host),
            (https, port) => write!(f, "http{}://{}:{port}", if https { "s" } else { "" }, self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_normalised() {
        for (given, normalised) in [
            ("http://localhost:8080", "http://localhost:8080"),
            ("https://Padlock.Example.net/", "https://padlock.example.net"),
            ("https://padlock.example.net:443", "https://padlock.example.net"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(given.parse::<Origin>().unwrap().to_string(), normalised);
        }
        for invalid in
            ["localhost:8080", "ftp://x", "http://", "http://x/path", "http://x?y", "http://a@x", "http://x:0x1"]
        {
            assert!(invalid.parse::<Origin>().is_err(), "{invalid}");
        }
    }

    #[test]
    fn a_host_header_matches_by_name_and_port() {
        let origin: Origin = "http://localhost:8080".parse().unwrap();
        assert!(origin.matches_host("localhost:8080"));
        assert!(origin.matches_host("LOCALHOST:8080"));
        for other in ["127.0.0.1:8080", "localhost", "localhost:8081", "evil.example:8080", "", "localhost:8080 "] {
            assert!(!origin.matches_host(other), "{other}");
        }
        assert!("https://x.example".parse::<Origin>().unwrap().matches_host("x.example"));
    }
}
