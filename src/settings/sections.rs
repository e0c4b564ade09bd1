//! The table of every setting: its type, default, bounds and help, once.
//!
//! The help is the field's own documentation. A default is written as the environment would give it; an empty one
//! means that there is none.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::load::Layers;
use super::values::Value;
use super::{
    DatabaseUrl, HostTokens, LogFormat, Names, Networks, OidcProviders, PublicUrl, SecretKey, SecretKeys, Secrets,
    Sender, SmtpUrl, WebhookSecrets,
};

/// One setting, as the catalogue knows it.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The section it stands in.
    pub section: &'static str,
    /// Its name in the section.
    pub name: &'static str,
    /// `section.name`.
    pub dotted: &'static str,
    /// What it does, a few lines.
    pub help: &'static [&'static str],
    /// What it is when nobody says otherwise, as the environment would give it; empty for nothing.
    pub default: &'static str,
    /// What may be written.
    pub kind: &'static str,
    /// The least and the greatest number.
    pub bounds: Option<(u64, u64)>,
    /// Whether it is shown as `***` and may come from a file named by the environment.
    pub is_secret: bool,
    /// How the type writes the default in a settings file.
    pub(super) default_toml: fn(&str) -> Option<String>,
}

macro_rules! bounds {
    () => {
        None
    };
    ($least:literal, $most:literal) => {
        Some(($least, $most))
    };
}

macro_rules! settings {
    ($(
        $(#[doc = $section_help:literal])+
        $section:ident: $Section:ident {
            $(
                $(#[doc = $help:literal])+
                $name:ident: $ty:ty = $default:literal $(, $least:literal to $most:literal)?;
            )+
        }
    )+) => {
        /// Every setting in force.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $( $(#[doc = $section_help])+ pub $section: $Section, )+
            pub(super) in_force: Vec<InForce>,
        }

        $(
            $(#[doc = $section_help])+
            #[derive(Clone, Debug)]
            pub struct $Section {
                $( $(#[doc = $help])+ pub $name: $ty, )+
            }

            impl $Section {
                fn read(layers: &mut Layers<'_>) -> Option<Self> {
                    $( let $name = layers.value::<$ty>(concat!(stringify!($section), ".", stringify!($name))); )+
                    Some(Self { $( $name: $name?, )+ })
                }
            }
        )+

        impl Settings {
            /// Reads every section, so that every fault is found, before giving up on any.
            pub(super) fn read(layers: &mut Layers<'_>) -> Option<Self> {
                $( let $section = $Section::read(layers); )+
                Some(Self { $( $section: $section?, )+ in_force: layers.take_in_force() })
            }
        }

        /// Every section with its help, in order.
        pub const SECTIONS: &[(&str, &[&str])] = &[$( (stringify!($section), &[$($section_help),+]) ),+];

        /// Every setting, by section.
        pub const KEYS: &[Key] = &[$($(
            Key {
                section: stringify!($section),
                name: stringify!($name),
                dotted: concat!(stringify!($section), ".", stringify!($name)),
                help: &[$($help),+],
                default: $default,
                kind: <$ty as Value>::KIND,
                bounds: bounds!($($least, $most)?),
                is_secret: <$ty as Value>::IS_SECRET,
                default_toml: default_toml::<$ty>,
            },
        )+)+];
    };
}

/// One setting with its value in TOML (nothing when it has none) and where that came from.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    pub(super) key: &'static Key,
    pub(super) toml: Option<String>,
    pub(super) origin: super::Origin,
}

fn default_toml<T: Value>(text: &str) -> Option<String> {
    let value = if text.is_empty() { T::absent() } else { T::read(&super::given::Given::Text(text)).ok() };
    value.and_then(|value| value.show())
}

settings! {
    /// How people and programs reach Belowline.
    server: Server {
        /// The address and port to listen on. Belowline speaks plain HTTP: anything but this machine's own addresses
        /// belongs behind a proxy that ends HTTPS.
        listen: SocketAddr = "127.0.0.1:8080";
        /// The address that readers see, as `https://comments.example.org`. Links in mails begin with it, and forms
        /// are taken only from it. Unless given, the address that Belowline listens on.
        public_url: Option<PublicUrl> = "";
        /// The networks of the proxies in front, as `10.0.0.0/8`. Only they may say who a request comes from; unless
        /// given, nobody may.
        trusted_proxies: Networks = "";
    }
    /// Where everything is kept.
    database: Database {
        /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`; the environment may also call it `DATABASE_URL`.
        /// Unless given, the SQLite file `belowline.db` in `data.dir`.
        url: Option<DatabaseUrl> = "";
        /// Whether PostgreSQL is reached through a pooler that gives each transaction another connection, as PgBouncer
        /// does in transaction mode.
        is_pooled: bool = "false";
        /// How many connections to hold at most.
        max_connections: u32 = "16", 1 to 1000;
    }
    /// Files of this installation.
    data: Data {
        /// The folder for the SQLite database, generated secrets and, without a mail server, mail.
        dir: PathBuf = "./belowline-data";
    }
    /// How mail leaves.
    mail: Mail {
        /// The mail server: `smtps://USER:PASSWORD@HOST` for TLS from the start, `smtp://USER:PASSWORD@HOST` for
        /// STARTTLS, which is required everywhere but on this machine. Without one, mail is written to `data.dir`/mail.
        smtp_url: Option<SmtpUrl> = "";
        /// Who mail is from, as `Harbour Post <comments@harbourpost.example>`.
        from: Sender = "Belowline <belowline@localhost>";
        /// How long to wait for the mail server's answer.
        timeout_seconds: u32 = "20", 1 to 300;
        /// How many mails that anybody can ask for (confirmation, new password) one address is sent in an hour.
        per_recipient_per_hour: u32 = "5", 1 to 100;
        /// And how many in a day.
        per_recipient_per_day: u32 = "10", 1 to 1000;
    }
    /// Keys that nobody else may know: 32 bytes or more, in hexadecimal or base 64, each of its own. With SQLite they
    /// are made at the first start and kept in `data.dir`/secrets.toml; with PostgreSQL they must be given, the same
    /// on every node.
    secrets: GivenSecrets {
        /// Signs what browsers bring back. A new one makes everybody's open forms expire.
        signing_key: Option<SecretKey> = "";
        /// Hides what people are known by (addresses, cards, logins) in records that outlive an account. To change it,
        /// give the one before as a former one: without it, records from before are useless and bans are evaded.
        identity_key: Option<SecretKey> = "";
        /// What `identity_key` was before, newest first. New records are kept under the new key; old ones are compared
        /// with as long as their key stands here.
        former_identity_keys: SecretKeys = "";
    }
    /// Bans.
    bans: Bans {
        /// How many subscribers can be banned in ten minutes by acts that ban many at once, in each title.
        bulk_per_10_minutes: u32 = "100", 1 to 10000;
    }
    /// Signing up and in.
    accounts: Accounts {
        /// Days after which a reader's unused session ends.
        session_idle_days: u32 = "30", 1 to 365;
        /// Days after which a reader's session ends in any case.
        session_absolute_days: u32 = "180", 1 to 730;
        /// Minutes after which an unused session of somebody with a role ends.
        staff_idle_minutes: u32 = "30", 1 to 1440;
        /// Hours after which a session of somebody with a role ends in any case.
        staff_absolute_hours: u32 = "12", 1 to 168;
        /// Minutes for which the mailed link sets a new password.
        reset_minutes: u32 = "30", 5 to 1440;
        /// Hours for which the mailed link confirms an address.
        confirm_hours: u32 = "48", 1 to 336;
        /// The fewest characters of a password; 8 suffice with a second factor.
        password_min_chars: u32 = "15", 15 to 64;
        /// Days for which a deleted account's subscriber is still known by the hashes of their subscription, card, login and
        /// address; those of somebody banned are kept as long as the ban.
        keys_kept_days: u32 = "365", 1 to 3650;
        /// Days between two changes of one account's name.
        rename_days: u32 = "30", 0 to 3650;
        /// Attempts to sign in, an hour, to one account from anywhere.
        sign_in_per_account_per_hour: u32 = "20", 1 to 100;
        /// Attempts to sign in, an hour, from one network (an IPv4 address or an IPv6 /64).
        sign_in_per_network_per_hour: u32 = "200", 1 to 100_000;
        /// Attempts to sign up, an hour, from one network.
        sign_up_per_network_per_hour: u32 = "20", 1 to 100_000;
    }
    /// People who work for the paper.
    staff: Staff {
        /// Whether nobody may act for the paper without a second factor. They sign in all the same, and enrol one.
        second_factor_required: bool = "true";
        /// Minutes after which whoever bans, exports or gives roles shows again who they are.
        reauthenticate_minutes: u32 = "15", 1 to 10_080;
        /// Codes of a second factor that may be tried, an hour, for one account.
        codes_per_account_per_hour: u32 = "10", 1 to 100;
        /// How many removals, bans, bulk bans and sweeps one person makes in ten minutes, before each more needs a second
        /// person.
        destructive_per_10_minutes: u32 = "30", 1 to 10_000;
        /// Whether a ban for good or for more than a year, and a ban of many at once, always needs a second person.
        two_person_bans: bool = "false";
    }
    /// The newspaper's own login.
    identity: Identity {
        /// Whose tokens are exchanged for sessions: `[[identity.host_token]]` with `issuer`, `audience`, and `hs256 = { kid =
        /// "secret" }` or `jwks_url`; `coral = true` for tokens as Coral takes them. In the environment JSON.
        host_token: HostTokens = "";
        /// Providers of OpenID Connect where people sign in: `[[identity.oidc]]` with `issuer`, `client_id`, `client_secret`, and if
        /// need be `name`, `scopes` and `entitlement_claim`. In the environment JSON.
        oidc: OidcProviders = "";
        /// Tokens that are exchanged for sessions, an hour, from one network.
        host_tokens_per_network_per_hour: u32 = "3600", 1 to 1_000_000;
    }
    /// Stripe, which tells of subscriptions by webhooks to `/webhooks/stripe`.
    stripe: Stripe {
        /// The signing secrets of the endpoint, each used whole, as `whsec_…`; several while one takes another's place. Without
        /// any, nothing is believed.
        webhook_secrets: Secrets = "";
    }
    /// Other billing systems, which tell of subscriptions by signed webhooks to `/webhooks/billing`, and the paper's policy for
    /// what anybody tells.
    billing: Billing {
        /// Secrets of Standard Webhooks, each `whsec_` and base 64; several while one takes another's place.
        webhook_secrets: WebhookSecrets = "";
        /// What lets subscribers comment, of active, grace, past_due, paused, lapsed, refunded and charged_back.
        commenting_statuses: Names = "active,grace";
        /// Days after its end, or after a payment is late, for which a subscription counts as in grace.
        grace_days: u32 = "0", 0 to 90;
        /// The tiers that may comment; every tier unless given.
        plans: Names = "";
        /// Whether a trial lets one comment.
        trial_may_comment: bool = "false";
    }
    /// The rules that editors write.
    rules: RuleSettings {
        /// For how many subscribers a rule must fire in ten minutes, and five times as often as in the day before, to be
        /// suspended until its editors publish it again; 0 for never.
        sudden_subscribers: u32 = "20", 0 to 1_000_000;
    }
    /// Learning from each title's own moderators.
    learning: Learning {
        /// After how many new decisions a title learns again; 0 for never by itself.
        min_decisions: u32 = "200", 0 to 100_000;
        /// Of a thousand comments that moderators would keep, how many a title's model may flag, unless the title has a
        /// number of its own.
        allowed_per_thousand: u32 = "20", 1 to 500;
    }
    /// Writing comments.
    comments: Comments {
        /// The most characters of a comment.
        max_chars: u32 = "5000", 1 to 50_000;
        /// Seconds for which authors may edit their comment; 0 for never.
        edit_window_seconds: u32 = "600", 0 to 86_400;
        /// Seconds between two comments of one account, on the average.
        seconds_per_comment: u32 = "10", 1 to 3600;
        /// How many comments may come at once before that counts.
        burst: u32 = "5", 1 to 100;
        /// The most links in a comment before it is held.
        max_links: u32 = "3", 0 to 100;
        /// Minutes for which the same text again by the same author counts as a repeat; 0 for never.
        repeat_minutes: u32 = "60", 0 to 10_080;
    }
    /// Readers' complaints.
    reports: Reports {
        /// Reports that one account may send in an hour.
        per_hour: u32 = "10", 1 to 1000;
        /// The most characters of a report's note.
        max_note_chars: u32 = "1000", 1 to 10_000;
    }
    /// What is written to standard error.
    log: Log {
        /// `text` for people, `json` for programs.
        format: LogFormat = "text";
        /// What to log, as `info` or `warn,belowline=debug`.
        level: String = "info";
    }
}
