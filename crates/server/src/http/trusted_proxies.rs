//! Client addresses behind proxies: trusts only the part of `X-Forwarded-For` that trusted proxies wrote.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Once;

use http::HeaderMap;
use ipnet::{IpNet, Ipv4Net};

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// A network of proxies: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyNetwork(IpNet);

/// The text is not a network of proxies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProxyNetwork {
    /// The text is neither an address nor a network.
    #[error("must be comma-separated addresses or networks, like 127.0.0.1,10.0.0.0/8")]
    Malformed,
    /// The network contains all addresses.
    #[error("would trust everybody, so that anybody could name any address")]
    AllAddresses,
}

impl FromStr for ProxyNetwork {
    type Err = InvalidProxyNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidProxyNetwork> {
        let text = text.trim();
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let network = to_canonical(network.map_err(|_| InvalidProxyNetwork::Malformed)?.trunc());
        if network.prefix_len() == 0 { Err(InvalidProxyNetwork::AllAddresses) } else { Ok(Self(network)) }
    }
}

/// Converts an IPv4-mapped IPv6 network (RFC 4291 §2.5.5.2) to IPv4.
fn to_canonical(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else { return network };
    let v4 = v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96));
    v4.and_then(|(address, length)| Ipv4Net::new(address, length).ok()).map_or(network, IpNet::V4)
}

/// The proxies whose `X-Forwarded-For` is trusted.
#[derive(Debug)]
pub struct TrustedProxies {
    networks: Vec<ProxyNetwork>,
    warned: Once,
}

impl TrustedProxies {
    /// Trusts the addresses in these networks.
    #[must_use]
    pub fn new(networks: Vec<ProxyNetwork>) -> Self {
        Self { networks, warned: Once::new() }
    }

    /// Returns the rightmost address in `X-Forwarded-For` that is not a trusted proxy. Each proxy appends the address of
    /// its peer, so a client can only forge entries further to the left. Returns the peer if an entry is malformed.
    #[must_use]
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            if headers.contains_key(X_FORWARDED_FOR) {
                self.warned.call_once(|| {
                    tracing::warn!(
                        "X-Forwarded-For is not read, since no trusted proxy sent it: if the portal is behind a proxy, \
                         name it with --trusted-proxies, or all its clients share one address and its limits"
                    );
                });
            }
            return peer;
        }
        let mut client = peer;
        for line in headers.get_all(X_FORWARDED_FOR).iter().rev() {
            let Ok(line) = line.to_str() else { return peer };
            for entry in line.rsplit(',') {
                let Some(address) = parse_address(entry.trim()) else { return peer };
                if !self.trusts(address) {
                    return address;
                }
                client = address;
            }
        }
        // Every entry is a proxy: the request comes from the first one.
        client
    }

    /// Returns whether an address is one of the proxies.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.0.contains(&address))
    }
}

/// Proxies write addresses plain, in brackets, or with a port.
fn parse_address(entry: &str) -> Option<IpAddr> {
    let plain = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let with_port = || entry.parse::<SocketAddr>().map(|address| address.ip());
    plain.parse::<IpAddr>().or_else(|_| with_port()).ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn client(trusted: &str, peer: &str, lines: &[&str]) -> String {
        let networks = trusted.split(',').filter(|text| !text.is_empty()).map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        TrustedProxies::new(networks).client_address(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_header_of_other_peers_is_ignored() {
        assert_eq!(client("", "127.0.0.1", &["192.0.2.1"]), "127.0.0.1");
        assert_eq!(client("10.0.0.0/8", "127.0.0.1", &["192.0.2.1"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", "127.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(client("127.0.0.1", "127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_is_not_a_proxy() {
        let trusted = "127.0.0.1,10.0.0.0/8";
        for (lines, expected) in [
            (&["203.0.113.9, 192.0.2.1"][..], "192.0.2.1"),
            (&["203.0.113.9, 192.0.2.1, 10.1.2.3"], "192.0.2.1"),
            (&["203.0.113.9", "192.0.2.1,10.1.2.3"], "192.0.2.1"),
            (&["192.0.2.1", "10.1.2.3", "10.1.2.4"], "192.0.2.1"),
            (&["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
            (&["rubbish, 192.0.2.1"], "192.0.2.1"),
            (&["192.0.2.1:4711"], "192.0.2.1"),
        ] {
            assert_eq!(client(trusted, "127.0.0.1", lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_malformed_entry_leads_to_the_peer() {
        for line in
            ["", "rubbish", "192.0.2.1,", "192.0.2.1, unknown", "192.0.2.256", "192.0.2.1 10.0.0.1", "ü", "[::1"]
        {
            assert_eq!(client("127.0.0.1", "127.0.0.1", &[line]), "127.0.0.1", "{line:?}");
        }
    }

    #[test]
    fn both_address_families_have_several_spellings() {
        assert_eq!(client("::ffff:10.0.0.0/104", "10.0.0.9", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(client("10.0.0.0/8", "::ffff:10.0.0.9", &["::ffff:192.0.2.1"]), "192.0.2.1");
        assert_eq!(client("2001:db8::/32", "2001:db8::5", &["[2001:db9::1]:443, [2001:db8::7]"]), "2001:db9::1");
        assert_eq!(client("::1", "::1", &["192.0.2.1, ::ffff:192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("10.1.2.3/8", "10.9.9.9", &["192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn malformed_and_unlimited_networks_are_refused() {
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.1-10.0.0.9"] {
            assert_eq!(text.parse::<ProxyNetwork>(), Err(InvalidProxyNetwork::Malformed), "{text}");
        }
        for text in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"] {
            assert_eq!(text.parse::<ProxyNetwork>(), Err(InvalidProxyNetwork::AllAddresses), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_client_cannot_choose_its_address(forged in "[0-9a-f.:, \\[\\]]{0,60}") {
            proptest::prop_assert_eq!(client("127.0.0.1", "127.0.0.1", &[&format!("{forged}, 192.0.2.1")]), "192.0.2.1");
            proptest::prop_assert_eq!(client("127.0.0.1", "127.0.0.1", &[&forged, "192.0.2.1"]), "192.0.2.1");
            proptest::prop_assert_eq!(client("127.0.0.1", "192.0.2.1", &[&forged]), "192.0.2.1");
        }
    }
}
