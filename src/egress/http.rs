//! The one HTTP client: it asks only addresses that the engineer wrote down, follows nobody elsewhere, and reads little.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use url::{Host, Url};

/// The most bytes of an answer.
const MAX_BYTES: usize = 1024 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no answer. The text is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// There is an answer, and it is not 200.
    #[error("{host}: {status}")]
    Status {
        /// Who was asked.
        host: String,
        /// What the answer is.
        status: u16,
    },
    /// There is none, or none that can be read.
    #[error("{0}")]
    Failed(String),
}

/// The client.
#[derive(Clone)]
pub struct HttpClient {
    outside: Client<HttpsConnector<Dialler>, Full<Bytes>>,
    own: Client<HttpsConnector<Dialler>, Full<Bytes>>,
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpClient")
    }
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpClient {
    /// A client that trusts the usual authorities.
    #[must_use]
    pub fn new() -> Self {
        // It fails only when it was chosen before, by us.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |may_reach_own| {
            let connector = HttpsConnectorBuilder::new()
                .with_webpki_roots()
                .https_or_http()
                .enable_http1()
                .wrap_connector(Dialler { may_reach_own });
            Client::builder(TokioExecutor::new()).build(connector)
        };
        Self { outside: client(false), own: client(true) }
    }

    /// Gets `url`. An address of this machine or of a private network is reached only when `url` itself names this machine.
    ///
    /// # Errors
    /// When there is no answer in time, it is not 200, or it is too large.
    pub async fn get(&self, url: &Url, authorization: Option<&str>) -> Result<Bytes, HttpError> {
        let mut request = Request::get(url.as_str()).header("accept", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        self.send(url, request.body(Full::new(Bytes::new()))).await
    }

    /// Posts a form to `url`, with a user and password when given.
    ///
    /// # Errors
    /// As of [`Self::get`].
    pub async fn post_form(&self, url: &Url, form: String, authorization: Option<&str>) -> Result<Bytes, HttpError> {
        let mut request = Request::post(url.as_str())
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        self.send(url, request.body(Full::new(Bytes::from(form)))).await
    }

    async fn send(&self, url: &Url, request: Result<Request<Full<Bytes>>, http::Error>) -> Result<Bytes, HttpError> {
        let host = url.host_str().unwrap_or_default();
        let fault = |what: &dyn std::fmt::Display| HttpError::Failed(format!("{host}: {what}"));
        let request = request.map_err(|error| fault(&error))?;
        let is_own = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let client = if is_own { &self.own } else { &self.outside };
        let answering = async {
            let answer = client.request(request).await.map_err(|error| fault(&error))?;
            let status = answer.status().as_u16();
            if status != 200 {
                return Err(HttpError::Status { host: host.to_owned(), status });
            }
            let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
            Ok(body.map_err(|error| fault(&error))?.to_bytes())
        };
        tokio::time::timeout(PATIENCE, answering).await.map_err(|_| fault(&"no answer in time"))?
    }
}

/// Opens connections, after a look at where a name leads: it is the resolved address that is judged, of names and literals
/// alike, and it is that address which is dialled.
#[derive(Clone, Copy, Debug)]
struct Dialler {
    may_reach_own: bool,
}

impl tower::Service<Uri> for Dialler {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let may_reach_own = self.may_reach_own;
        Box::pin(async move {
            let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
            let mut refused = io::Error::other("the name leads nowhere");
            for address in tokio::net::lookup_host((host, port)).await? {
                let is_allowed =
                    if may_reach_own { address.ip().to_canonical().is_loopback() } else { is_public(address.ip()) };
                if !is_allowed {
                    refused = io::Error::other("the name leads to an address that is not for us");
                    continue;
                }
                match TcpStream::connect(address).await {
                    Ok(stream) => return Ok(TokioIo::new(stream)),
                    Err(error) => refused = error,
                }
            }
            Err(refused)
        })
    }
}

/// Whether an address is somebody's on the open network.
///
/// # Source
/// IANA's registries of special-purpose addresses.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Global unicast alone, less what translates to other addresses or documents.
    (first & 0xe000) == 0x2000 && first != 0x2002 && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vuln_c44_only_addresses_of_the_open_network_are_dialled() {
        for bad in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.1",
            "::1",
            "::",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_public(bad.parse().unwrap()), "{bad}");
        }
        for good in ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2a00:1450:4009::200e"] {
            assert!(is_public(good.parse().unwrap()), "{good}");
        }
    }

    #[tokio::test]
    async fn vuln_c44_a_name_that_leads_to_this_machine_is_not_followed() {
        let client = HttpClient::new();
        for url in ["http://127.0.0.1.nip.invalid/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest/"] {
            assert!(client.get(&url.parse().unwrap(), None).await.is_err(), "{url}");
        }
    }
}
