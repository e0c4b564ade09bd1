//! The types of settings: how each is read, shown and explained.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::given::{Complaint, Given};

/// What a setting can be.
pub(super) trait Value: Sized {
    /// What may be written, for the reference.
    const KIND: &'static str;
    /// Whether it must not be shown.
    const IS_SECRET: bool = false;

    /// Understands what was given.
    fn read(given: &Given<'_>) -> Result<Self, Complaint>;

    /// The value in TOML; nothing when there is none.
    fn show(&self) -> Option<String>;

    /// What it is when nobody gives it, if it can be without.
    fn absent() -> Option<Self> {
        None
    }

    /// The value as a number, for those with bounds.
    fn number(&self) -> Option<u64> {
        None
    }
}

/// `text` as TOML writes it.
fn quoted(text: impl fmt::Display) -> Option<String> {
    Some(toml::Value::String(text.to_string()).to_string())
}

impl<T: Value> Value for Option<T> {
    const KIND: &'static str = T::KIND;
    const IS_SECRET: bool = T::IS_SECRET;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        // An empty secret is a mistake in whatever should have filled it in; anything else may be taken back so.
        if given.is_empty() && !T::IS_SECRET { Ok(None) } else { T::read(given).map(Some) }
    }

    fn show(&self) -> Option<String> {
        self.as_ref().and_then(Value::show)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl Value for u32 {
    const KIND: &'static str = "whole number";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        Ok(Self::try_from(given.number()?).unwrap_or(Self::MAX))
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn number(&self) -> Option<u64> {
        Some(u64::from(*self))
    }
}

impl Value for bool {
    const KIND: &'static str = "true or false";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        given.truth()
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for String {
    const KIND: &'static str = "text";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        let text = given.text()?;
        if text.trim().is_empty() {
            return Err(Complaint::new("nothing is given", "write text or leave the key out"));
        }
        Ok(text.to_owned())
    }

    fn show(&self) -> Option<String> {
        quoted(self)
    }
}

impl Value for PathBuf {
    const KIND: &'static str = "path of a folder";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        String::read(given).map(Self::from)
    }

    fn show(&self) -> Option<String> {
        quoted(self.display())
    }
}

impl Value for SocketAddr {
    const KIND: &'static str = "address and port";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        let text = given.text()?;
        text.parse().map_err(|_| {
            Complaint::new(
                format!("{text:?} is not an IP address with a port"),
                "write for example 127.0.0.1:8080 or [::1]:8080",
            )
        })
    }

    fn show(&self) -> Option<String> {
        quoted(self)
    }
}

/// Networks, as addresses with the length of their prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = IpNet> {
        self.0.iter().copied()
    }

    /// Whether `address` is in one of them. An IPv4 address written as IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Value for Networks {
    const KIND: &'static str = "list of networks";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        const REMEDY: &str = "write for example 10.0.0.0/8, or 192.0.2.7/32 for one address";
        let read = |text: &str| {
            let network: IpNet = text
                .parse()
                .map_err(|_| Complaint::new(format!("{text:?} is not a network with a prefix length"), REMEDY))?;
            // Whoever trusts everybody takes any client's word for who it is.
            if network.prefix_len() == 0 {
                return Err(Complaint::new(format!("{text:?} would trust everybody"), REMEDY));
            }
            Ok(network.trunc())
        };
        given.list()?.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    fn show(&self) -> Option<String> {
        let items = self.0.iter().map(|network| format!("\"{network}\"")).collect::<Vec<_>>();
        Some(format!("[{}]", items.join(", ")))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// Whether `host` names the machine itself.
fn is_loopback(host: Option<Host<&str>>) -> bool {
    match host {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// Where readers reach this installation: scheme, host and port, nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address of a listener that nothing stands in front of.
    pub(super) fn of_listener(listen: SocketAddr) -> Self {
        #[expect(clippy::expect_used, reason = "every socket address is an authority")]
        Self(Url::parse(&format!("http://{listen}")).expect("a URL"))
    }

    /// The origin without a slash at its end, as in `https://comments.example.org`: paths are appended to it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether it is reached over HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether only this machine reaches it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.0.host())
    }
}

impl Value for PublicUrl {
    const KIND: &'static str = "http or https address without a path";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        const REMEDY: &str = "write for example https://comments.example.org";
        let text = given.text()?;
        let url = Url::parse(text).map_err(|_| Complaint::new(format!("{text:?} is not a URL"), REMEDY))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Complaint::new(format!("{text:?} is neither http nor https"), REMEDY));
        }
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_bare || !url.username().is_empty() || url.password().is_some() {
            return Err(Complaint::new("there is more than scheme, host and port", REMEDY));
        }
        Ok(Self(url))
    }

    fn show(&self) -> Option<String> {
        quoted(self.as_str())
    }
}

/// `url` with its password hidden.
fn without_password(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        // A URL that had a password can have one.
        let _ = url.set_password(Some("***"));
    }
    // A pooler or driver may take the password as a parameter too.
    if url.query().is_some() {
        url.set_query(Some("***"));
    }
    url.to_string()
}

/// Which database, and where: it may hold a password, so it is shown without.
#[derive(Clone)]
pub struct DatabaseUrl {
    engine: Engine,
    shown: String,
}

/// The two databases that Belowline knows.
#[derive(Clone, Debug)]
pub enum Engine {
    /// A file of our own.
    Sqlite(PathBuf),
    /// A server, by its whole URL.
    Postgres(SecretString),
}

impl DatabaseUrl {
    /// The SQLite file that is used unless anything else is said.
    pub(super) fn in_data_dir(dir: &Path) -> Self {
        let path = dir.join("belowline.db");
        Self { shown: format!("sqlite:{}", path.display()), engine: Engine::Sqlite(path) }
    }

    /// Which database it is.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether it is PostgreSQL.
    #[must_use]
    pub const fn is_postgres(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Value for DatabaseUrl {
    const KIND: &'static str = "sqlite: or postgres: URL";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        const REMEDY: &str = "write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME";
        let text = given.text()?;
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains('?') {
                return Err(Complaint::new("after sqlite: there must be a path and nothing else", REMEDY));
            }
            // Every connection would have a database in memory of its own.
            if path == ":memory:" {
                return Err(Complaint::new("a database in memory is lost when Belowline stops", REMEDY));
            }
            return Ok(Self { engine: Engine::Sqlite(path.into()), shown: format!("sqlite:{path}") });
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") && url.path().len() > 1 => {
                Ok(Self { engine: Engine::Postgres(text.into()), shown: without_password(&url) })
            }
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
                Err(Complaint::new("the name of the database is missing", REMEDY))
            }
            Ok(_) | Err(_) => Err(Complaint::new("this is neither a sqlite: nor a postgres: URL", REMEDY)),
        }
    }

    fn show(&self) -> Option<String> {
        quoted(self)
    }
}

/// How to reach the mail server: it may hold a password, so it is shown without.
#[derive(Clone)]
pub struct SmtpUrl(SecretString, Url);

impl SmtpUrl {
    /// The whole URL, for the only place that connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether TLS is spoken from the first byte, rather than asked for by STARTTLS.
    #[must_use]
    pub fn is_implicit_tls(&self) -> bool {
        self.1.scheme() == "smtps"
    }

    /// Whether the mail server is this machine: the only one that may be spoken to in the clear.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        // `smtp` is no special scheme, so the library leaves addresses in it as names.
        let host = self.1.host_str().and_then(|host| Host::parse(host).ok());
        match host {
            Some(Host::Domain(name)) => is_loopback(Some(Host::Domain(&name))),
            Some(Host::Ipv4(address)) => is_loopback(Some(Host::Ipv4(address))),
            Some(Host::Ipv6(address)) => is_loopback(Some(Host::Ipv6(address))),
            None => false,
        }
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.1))
    }
}

impl Value for SmtpUrl {
    const KIND: &'static str = "smtp: or smtps: URL";
    const IS_SECRET: bool = true;

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        const REMEDY: &str = "write smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT";
        let text = given.text()?;
        let url = Url::parse(text)
            .ok()
            .filter(|url| {
                matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some_and(|host| !host.is_empty())
            })
            .ok_or_else(|| Complaint::new("this is no smtp: or smtps: URL with a host", REMEDY))?;
        if url.query().is_some() || url.fragment().is_some() || url.path().len() > 1 {
            return Err(Complaint::new("there is more than user, password, host and port", REMEDY));
        }
        if url.password().is_none() != url.username().is_empty() {
            return Err(Complaint::new("user and password come together or not at all", REMEDY));
        }
        Ok(Self(text.trim_end_matches('/').into(), url))
    }

    fn show(&self) -> Option<String> {
        quoted(format!("{self:?}"))
    }
}

/// Who mail is from: a name, if any, and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// The name and the address.
    #[must_use]
    pub const fn mailbox(&self) -> &Mailbox {
        &self.0
    }
}

impl Value for Sender {
    const KIND: &'static str = "mail address, with or without a name";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        let text = given.text()?;
        if text.chars().any(char::is_control) {
            return Err(Complaint::new("there is a control character in it", "write it in one line"));
        }
        text.parse().map(Self).map_err(|_| {
            Complaint::new(
                format!("{text:?} is not a mail address"),
                "write for example Harbour Post <comments@harbourpost.example>",
            )
        })
    }

    fn show(&self) -> Option<String> {
        quoted(&self.0)
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs, a JSON object a line.
    Json,
}

impl Value for LogFormat {
    const KIND: &'static str = "text or json";

    fn read(given: &Given<'_>) -> Result<Self, Complaint> {
        match given.text()? {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(Complaint::new(format!("{other:?} is no format"), "write text or json")),
        }
    }

    fn show(&self) -> Option<String> {
        quoted(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}
