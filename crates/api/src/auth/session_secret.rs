//! The secret of a session: creating it, reading it from a request, and returning it to the client.

use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, header};
use padlock_domain::{SecretHash, SessionKind, SignedDuration};
use sha2::{Digest, Sha256};

use super::session_cookie::{read_session_cookie, session_cookie};
use crate::app_state::Api;
use crate::ports::Ports;

/// The prefix of session tokens, which lets secret scanners find leaked ones.
const PREFIX: &str = "pls_";

/// The secret of a session: 256 random bits. The store has only its hash.
pub(crate) struct SessionSecret(String);

impl SessionSecret {
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

/// Returns whether the request has a bearer token. No other site can make a browser send one.
pub(crate) fn has_bearer(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

/// Returns the hash of the secret in the session cookie.
pub(crate) fn hash_from_cookie(headers: &HeaderMap, https: bool) -> Option<SecretHash> {
    read_session_cookie(headers, https).map(|secret| SessionSecret(secret).hash())
}

/// Returns the secret of a request and how it was sent.
pub(super) fn secret_from(headers: &HeaderMap, https: bool) -> Option<(SessionSecret, SessionKind)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| (SessionSecret(token.trim().to_owned()), SessionKind::Bearer));
    }
    read_session_cookie(headers, https).map(|secret| (SessionSecret(secret), SessionKind::Cookie))
}

/// Returns the new secret of a session or of an MFA challenge to its client: in the cookie of a browser, which keeps it for `lifetime`, or in the body
/// that `respond` creates for a script.
pub(crate) fn respond_with_secret(
    api: &Api,
    kind: SessionKind,
    secret: SessionSecret,
    lifetime: SignedDuration,
    respond: impl FnOnce(Option<String>) -> Response,
) -> Response {
    match kind {
        SessionKind::Bearer => respond(Some(secret.expose())),
        SessionKind::Cookie => {
            let mut response = respond(None);
            let cookie = session_cookie(api.config.https(), secret.expose(), lifetime.as_secs());
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
    }
}
