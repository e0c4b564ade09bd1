//! Who is at the other end: the peer itself, or whom a trusted proxy says it speaks for.
//!
//! Nothing that a header says about an address is believed unless the peer that sent it is in a configured
//! network; without configuration that is nobody.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Code, Error};

/// The other end of the connection, which [`super::server::serve`] puts into every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The networks whose word about addresses is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// The proxies in these networks.
    #[must_use]
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self(networks.into_iter().collect())
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress {
    address: IpAddr,
    is_https: bool,
}

impl ClientAddress {
    /// Works out who sent the request that `peer` handed in with `headers`.
    ///
    /// That is the rightmost address in `X-Forwarded-For` that is not one of `trusted` itself. What lies further
    /// left is the client's own word. An entry that is no address ends the walk at the proxy that wrote it.
    #[must_use]
    pub fn resolve(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let mut address = peer.to_canonical();
        if !trusted.trusts(address) {
            return Self { address, is_https: false };
        }
        for hop in rightmost_first(headers, "x-forwarded-for") {
            let Some(hop) = read_hop(hop) else { break };
            address = hop;
            if !trusted.trusts(hop) {
                break;
            }
        }
        let scheme = rightmost_first(headers, "x-forwarded-proto").next();
        Self { address, is_https: scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) }
    }

    /// The address; one of IPv4 inside IPv6 as IPv4.
    #[must_use]
    pub const fn ip(&self) -> IpAddr {
        self.address
    }

    /// Whether a trusted proxy says that the client came by https.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// The network that one person can be expected to hold: /24 of IPv4, /64 of IPv6.
    #[must_use]
    pub fn network(&self) -> IpNet {
        match self.address {
            IpAddr::V4(address) => {
                Ipv4Net::new(address, 24).map_or(IpNet::from(self.address), |net| net.trunc().into())
            }
            IpAddr::V6(address) => {
                Ipv6Net::new(address, 64).map_or(IpNet::from(self.address), |net| net.trunc().into())
            }
        }
    }
}

fn rightmost_first<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("")).collect();
    lines.into_iter().rev().flat_map(|line| line.rsplit(',').map(str::trim))
}

/// Reads one entry: an address, with a port or without, IPv6 in brackets or without.
fn read_hop(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|hop| hop.ip())).ok()?;
    Some(IpAddr::to_canonical(&address))
}

/// Works out the [`ClientAddress`] of every request to `router`. A request without a peer, as in tests that use
/// no connection, comes from 127.0.0.1.
pub fn with_client_address<S>(router: axum::Router<S>, trusted: TrustedProxies) -> axum::Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.layer(axum::middleware::map_request(move |mut request: Request| {
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
        let client = ClientAddress::resolve(peer, request.headers(), &trusted);
        request.extensions_mut().insert(client);
        async move { request }
    }))
}

/// Refuses what did not come by https, where the site's own address is one, except the two questions that a load balancer
/// asks from beside the proxy.
pub fn over_https_alone<S>(router: axum::Router<S>) -> axum::Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.layer(axum::middleware::from_fn(async |request: Request, next: axum::middleware::Next| {
        let is_https = request.extensions().get::<ClientAddress>().is_some_and(ClientAddress::is_https);
        if is_https || matches!(request.uri().path(), "/healthz" | "/readyz") {
            next.run(request).await
        } else {
            Error::new(Code::HttpsRequired).into_response()
        }
    }))
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get().copied().ok_or_else(|| {
            tracing::error!("a route that asks for the client's address lacks the layer that works it out");
            Error::new(Code::Internal)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(*name, value.parse().unwrap());
            map
        })
    }

    fn resolved(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let lines: Vec<_> = forwarded.iter().map(|line| ("x-forwarded-for", *line)).collect();
        let trusted = TrustedProxies::new(trusted.iter().map(|network| network.parse().unwrap()));
        ClientAddress::resolve(peer.parse().unwrap(), &headers(&lines), &trusted).ip().to_string()
    }

    #[test]
    fn vuln_c40_without_trusted_proxies_no_header_is_believed() {
        assert_eq!(resolved("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(resolved("127.0.0.1", &["198.51.100.1"], &[]), "127.0.0.1");
        let client = ClientAddress::resolve(
            "203.0.113.9".parse().unwrap(),
            &headers(&[("x-forwarded-proto", "https")]),
            &TrustedProxies::default(),
        );
        assert!(!client.is_https());
    }

    #[test]
    fn vuln_c40_the_client_is_the_rightmost_hop_that_is_not_trusted() {
        let trusted = &["10.0.0.0/8", "2001:db8:1::/48"];
        assert_eq!(resolved("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], trusted), "198.51.100.1");
        assert_eq!(resolved("10.0.0.1", &["6.6.6.6", "198.51.100.1"], trusted), "198.51.100.1");
        assert_eq!(resolved("203.0.113.9", &["198.51.100.1"], trusted), "203.0.113.9");
        assert_eq!(resolved("::ffff:10.0.0.1", &["[2001:db8:2::5]:443"], trusted), "2001:db8:2::5");
        assert_eq!(resolved("10.0.0.1", &["198.51.100.1:5123"], trusted), "198.51.100.1");
    }

    #[test]
    fn vuln_c40_an_entry_that_is_no_address_hides_nobody() {
        let trusted = &["10.0.0.0/8"];
        assert_eq!(resolved("10.0.0.1", &["6.6.6.6, unknown"], trusted), "10.0.0.1");
        assert_eq!(resolved("10.0.0.1", &["6.6.6.6, rubbish, 10.0.0.2"], trusted), "10.0.0.2");
        assert_eq!(resolved("10.0.0.1", &[""], trusted), "10.0.0.1");
        assert_eq!(resolved("10.0.0.1", &[], trusted), "10.0.0.1");
    }

    #[test]
    fn only_a_trusted_peer_can_say_https_and_only_the_nearest_one_is_heard() {
        let trusted = TrustedProxies::new(["10.0.0.0/8".parse().unwrap()]);
        let says = |peer: &str, value| {
            let headers = headers(&[("x-forwarded-proto", value)]);
            ClientAddress::resolve(peer.parse().unwrap(), &headers, &trusted).is_https()
        };
        assert!(says("10.0.0.1", "https") && says("10.0.0.1", "http, HTTPS"));
        assert!(!says("10.0.0.1", "https, http") && !says("203.0.113.9", "https"));
    }

    #[test]
    fn vuln_c40_one_persons_many_addresses_are_one_network() {
        let network = |peer: &str| {
            let client = ClientAddress::resolve(peer.parse().unwrap(), &HeaderMap::new(), &TrustedProxies::default());
            client.network().to_string()
        };
        assert_eq!(network("203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    }
}
