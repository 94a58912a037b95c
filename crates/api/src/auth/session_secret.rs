//! The secret of a session: created, read from a request, and handed to its owner.

use axum::response::Response;
use cookie::{Cookie, SameSite};
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, HeaderValue, header};
use padlock_domain::session::{BROWSER_LIFETIME, SecretHash, SessionKind};
use sha2::{Digest, Sha256};

use crate::app_state::Api;
use crate::ports::Ports;

/// What scripts see in front of a session token, so that leaked ones can be found.
const PREFIX: &str = "pls_";

/// A session's secret: 256 random bits. Known to its owner; the store has only its hash.
pub(crate) struct Secret(pub(super) String);

impl Secret {
    pub(crate) fn new(ports: &Ports) -> Self {
        Self(format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&ports.random::<32>())))
    }

    pub(crate) fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0.as_bytes()).into())
    }

    pub(crate) fn expose(self) -> String {
        self.0
    }
}

/// The cookie's name: with the `__Host-` prefix wherever the address is https (RFC 6265bis §4.1.3.2).
pub(crate) const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-padlock" } else { "padlock" }
}

/// Whether the request carries a bearer token, which no other site can make a browser send.
pub(crate) fn has_bearer(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

/// Whether the request carries the session cookie.
pub(crate) fn has_session_cookie(headers: &HeaderMap, https: bool) -> bool {
    cookie(headers, cookie_name(https)).is_some()
}

/// The hash of the secret that a browser presents.
pub(crate) fn presented_cookie(headers: &HeaderMap, https: bool) -> Option<SecretHash> {
    cookie(headers, cookie_name(https)).map(|secret| Secret(secret).hash())
}

pub(super) fn presented(headers: &HeaderMap, https: bool) -> Option<(String, SessionKind)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| (token.trim().to_owned(), SessionKind::Bearer));
    }
    cookie(headers, cookie_name(https)).map(|secret| (secret, SessionKind::Cookie))
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(std::result::Result::ok)
        .find(|c| c.name() == name)
        .map(|c| c.value().to_owned())
}

/// The session cookie; an age of 0 takes it away.
pub(crate) fn session_cookie(https: bool, value: String, seconds: i64) -> HeaderValue {
    let cookie = Cookie::build((cookie_name(https), value))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Strict)
        .max_age(cookie::time::Duration::seconds(seconds))
        .build();
    // The secret is base64url and the rest constant: it always fits a header.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Gives a session's new secret to whoever carries it: a browser in its cookie, a script in the answer.
pub(crate) fn hand_over(
    api: &Api,
    kind: SessionKind,
    secret: Secret,
    answer: impl FnOnce(Option<String>) -> Response,
) -> Response {
    match kind {
        SessionKind::Bearer => answer(Some(secret.expose())),
        SessionKind::Cookie => {
            let mut response = answer(None);
            let cookie = session_cookie(api.config.https(), secret.expose(), BROWSER_LIFETIME.as_secs());
            response.headers_mut().append(http::header::SET_COOKIE, cookie);
            response
        }
    }
}
