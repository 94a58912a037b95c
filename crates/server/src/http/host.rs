//! Parses `Host` headers and authorities.

use http::uri::Authority;

/// Returns the host name in lower case, and the port if there is one; `None` with user information or an invalid port.
pub(crate) fn host_and_port(text: &str) -> Option<(String, Option<u16>)> {
    let authority: Authority = text.parse().ok()?;
    let host = authority.host();
    let port = match authority.as_str().strip_prefix(host)? {
        "" => None,
        rest => Some(rest.strip_prefix(':')?.parse().ok()?),
    };
    (!host.is_empty()).then(|| (host.to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::host_and_port;

    #[test]
    fn only_a_host_with_an_optional_port_is_valid() {
        assert_eq!(host_and_port("LocalHost:8080"), Some(("localhost".into(), Some(8080))));
        assert_eq!(host_and_port("[::1]"), Some(("[::1]".into(), None)));
        for invalid in ["", ":80", "a@b", "x:99999", "x:0x1", "x:", "x:1:2", "a b", "x/y"] {
            assert_eq!(host_and_port(invalid), None, "{invalid}");
        }
    }
}
