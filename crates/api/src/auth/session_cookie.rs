//! The session cookie of a browser.

use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};

/// Returns the name of the session cookie, with the `__Host-` prefix over https (RFC 6265bis §4.1.3.2).
const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-padlock" } else { "padlock" }
}

/// Returns the value of the session cookie, if the request has one.
pub(crate) fn read_session_cookie(headers: &HeaderMap, https: bool) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(std::result::Result::ok)
        .find(|c| c.name() == cookie_name(https))
        .map(|c| c.value().to_owned())
}

/// Returns the session cookie. A lifetime of 0 removes it.
pub(crate) fn session_cookie(https: bool, value: String, seconds: i64) -> HeaderValue {
    let cookie = Cookie::build((cookie_name(https), value))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Strict)
        .max_age(cookie::time::Duration::seconds(seconds))
        .build();
    // A base64url secret and constants always form a valid header value.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
