//! What must hold besides before the public is let in.

use std::net::IpAddr;

use super::given::Complaint;
use super::{Fault, Faults, Settings};

impl Settings {
    /// Whether these settings may serve the public.
    ///
    /// Plain HTTP stays on this machine: passwords and sessions would cross the network in the clear. Elsewhere the
    /// public address is https, and the proxy that ends it is named, so that its word about clients counts and nobody
    /// else's. PostgreSQL may have several nodes, which could not share keys that each made for itself.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn check_for_serve(&self) -> Result<(), Faults> {
        let mut faults = Vec::new();
        let mut complain = |key: &str, what: &str, remedy: &str| {
            let Complaint { what, remedy } = Complaint::new(what, remedy);
            faults.push(Fault { origin: self.origin(key), key: key.to_owned(), what, remedy });
        };
        let public = self.public_url();
        let is_listening_here = IpAddr::is_loopback(&self.server.listen.ip());
        match (public.is_https(), self.server.trusted_proxies.is_empty()) {
            (true, true) => complain(
                "server.trusted_proxies",
                "no proxy is trusted, but something must end https in front of Belowline",
                "write its network, as [\"127.0.0.1/32\"] for a proxy on this machine",
            ),
            (true, false) => {}
            (false, _) if !public.is_loopback() => complain(
                "server.public_url",
                "passwords would cross the network in the clear",
                "put a proxy with https in front and write its https address here, and its network in server.trusted_proxies",
            ),
            (false, _) if !is_listening_here => complain(
                "server.listen",
                "other machines could reach this in the clear",
                "listen on 127.0.0.1 or [::1], or put a proxy with https in front and write its https address in \
                 server.public_url",
            ),
            (false, _) => {}
        }
        if self.database_url().is_postgres() {
            let keys = [("signing_key", &self.secrets.signing_key), ("identity_key", &self.secrets.identity_key)];
            for (name, _) in keys.into_iter().filter(|(_, key)| key.is_none()) {
                complain(
                    &format!("secrets.{name}"),
                    "with PostgreSQL the key must be given, the same on every node",
                    "write what `openssl rand -hex 32` prints",
                );
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }
}
