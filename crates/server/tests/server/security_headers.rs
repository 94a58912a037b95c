//! The headers that responses of the portal must have, and those that they must not have.

use padlock_trials::Response;

/// The headers that every response has exactly once.
pub(crate) const REQUIRED: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[track_caller]
pub(crate) fn assert_required_headers(response: &Response, request: &str) {
    for (name, value) in REQUIRED {
        let found = response.headers().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        assert_eq!(found.collect::<Vec<_>>(), [value], "{request}: {name}\n{}", response.head);
    }
    assert_no_forbidden_headers(response, request);
    assert!(response.header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")), "{request}");
    assert!(response.header("x-request-id").is_some(), "{request}");
}

/// Asserts that a response grants other origins nothing and does not describe the server.
#[track_caller]
pub(crate) fn assert_no_forbidden_headers(response: &Response, request: &str) {
    for name in [
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "server",
        "x-powered-by",
        "service-worker-allowed",
    ] {
        assert_eq!(response.header(name), None, "{request}");
    }
}
