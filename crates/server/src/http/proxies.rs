//! Who the client is, where proxies stand in front: `X-Forwarded-For` is believed as far as trusted proxies wrote it.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Once;

use http::HeaderMap;
use ipnet::{IpNet, Ipv4Net};

const HEADER: &str = "x-forwarded-for";

/// A network of proxies: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

/// The text is no such network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetwork {
    /// Neither an address nor a network.
    #[error("must be addresses or networks with commas between, like 127.0.0.1,10.0.0.0/8")]
    Unreadable,
    /// A network of all addresses.
    #[error("would trust everybody, so that anybody could name any address")]
    Everybody,
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let text = text.trim();
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let network = mapped(network.map_err(|_| InvalidNetwork::Unreadable)?.trunc());
        if network.prefix_len() == 0 { Err(InvalidNetwork::Everybody) } else { Ok(Self(network)) }
    }
}

/// An IPv4 network that is written as an IPv6 one (RFC 4291 §2.5.5.2) as what it is.
fn mapped(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else { return network };
    let v4 = v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96));
    v4.and_then(|(address, length)| Ipv4Net::new(address, length).ok()).map_or(network, IpNet::V4)
}

/// The proxies whose word counts.
#[derive(Debug)]
pub struct TrustedProxies {
    networks: Vec<Network>,
    warned: Once,
}

impl TrustedProxies {
    /// Trusts these; none by default.
    #[must_use]
    pub fn new(networks: Vec<Network>) -> Self {
        Self { networks, warned: Once::new() }
    }

    /// Where a request comes from: the rightmost address in `X-Forwarded-For` that no trusted proxy has. Each proxy adds
    /// on the right whom it heard from, so what stands left of that is the client's word. An entry that cannot be read
    /// ends the search at the peer.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            if headers.contains_key(HEADER) {
                self.warned.call_once(|| {
                    tracing::warn!(
                        "X-Forwarded-For is not read, since no trusted proxy sent it: if a proxy stands in front, name \
                         it with --trusted-proxies, or limits take all its clients for one"
                    );
                });
            }
            return peer;
        }
        let mut client = peer;
        for line in headers.get_all(HEADER).iter().rev() {
            let Ok(line) = line.to_str() else { return peer };
            for entry in line.rsplit(',') {
                let Some(address) = address(entry.trim()) else { return peer };
                if !self.trusts(address) {
                    return address;
                }
                client = address;
            }
        }
        // A chain of proxies alone: the request began at the farthest.
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.0.contains(&address))
    }
}

/// An address as proxies write it: plain, in brackets, or with the port that it came from.
fn address(entry: &str) -> Option<IpAddr> {
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
            headers.append(HEADER, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        TrustedProxies::new(networks).client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_header_counts_from_trusted_proxies_alone() {
        assert_eq!(client("", "127.0.0.1", &["192.0.2.1"]), "127.0.0.1");
        assert_eq!(client("10.0.0.0/8", "127.0.0.1", &["192.0.2.1"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", "127.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(client("127.0.0.1", "127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn the_rightmost_that_is_no_proxy() {
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
    fn what_cannot_be_read_is_the_peers() {
        for line in
            ["", "rubbish", "192.0.2.1,", "192.0.2.1, unknown", "192.0.2.256", "192.0.2.1 10.0.0.1", "ü", "[::1"]
        {
            assert_eq!(client("127.0.0.1", "127.0.0.1", &[line]), "127.0.0.1", "{line:?}");
        }
    }

    #[test]
    fn both_families_in_any_spelling() {
        assert_eq!(client("::ffff:10.0.0.0/104", "10.0.0.9", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(client("10.0.0.0/8", "::ffff:10.0.0.9", &["::ffff:192.0.2.1"]), "192.0.2.1");
        assert_eq!(client("2001:db8::/32", "2001:db8::5", &["[2001:db9::1]:443, [2001:db8::7]"]), "2001:db9::1");
        assert_eq!(client("::1", "::1", &["192.0.2.1, ::ffff:192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("10.1.2.3/8", "10.9.9.9", &["192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn networks_that_are_none() {
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.1-10.0.0.9"] {
            assert_eq!(text.parse::<Network>(), Err(InvalidNetwork::Unreadable), "{text}");
        }
        for text in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"] {
            assert_eq!(text.parse::<Network>(), Err(InvalidNetwork::Everybody), "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever a client writes, what its proxy adds decides.
        #[test]
        fn a_client_cannot_choose_its_address(forged in "[0-9a-f.:, \\[\\]]{0,60}") {
            proptest::prop_assert_eq!(client("127.0.0.1", "127.0.0.1", &[&format!("{forged}, 192.0.2.1")]), "192.0.2.1");
            proptest::prop_assert_eq!(client("127.0.0.1", "127.0.0.1", &[&forged, "192.0.2.1"]), "192.0.2.1");
            proptest::prop_assert_eq!(client("127.0.0.1", "192.0.2.1", &[&forged]), "192.0.2.1");
        }
    }
}
