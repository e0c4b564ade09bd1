//! Every identifier, each a type of its own, and the source that mints them.
//!
//! An id is a UUID of version 7: it sorts by the time it was made and cannot be guessed. People see it in the
//! TypeID form, its prefix and 26 characters of Crockford's base 32, as in `cmt_01h455vb4pex5vsknk084sn02q`.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

use super::Timestamp;

/// The text is not an id of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id that begins with `{0}_`")]
pub struct NotAnId(pub &'static str);

/// What all identifiers have in common.
pub trait Id: Copy + Sized {
    /// What its public form begins with.
    const PREFIX: &'static str;
    /// Wraps a bare UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The bare UUID.
    fn uuid(self) -> Uuid;
}

/// How many characters any id has at most: four of the prefix, one underscore, 26 of the number.
pub const MAX_ID_CHARS: usize = 31;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_id(f, $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                read_id($prefix, text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*

    /// Runs another macro over every identifier type, so that no list of them is kept twice.
    macro_rules! for_every_id {
        ($then:ident) => { $( $then!($crate::kernel::$name); )* };
    }
    pub(crate) use for_every_id;
    };
}

ids! {
    /// Who signs in.
    AccountId = "acct";
    /// The person who pays, whom one or more accounts act for.
    SubscriberId = "subr";
    /// One signed-in browser or program.
    SessionId = "sess";
    /// What a subscriber has paid for.
    SubscriptionId = "sub";
    /// An article that carries a thread.
    StoryId = "stry";
    /// A comment.
    CommentId = "cmt";
    /// What the rules engine made of one text.
    VerdictId = "verd";
    /// A reader's complaint.
    ReportId = "rep";
    /// A moderator's act on a comment.
    DecisionId = "dec";
    /// Privileges withdrawn from a subscriber.
    BanId = "ban";
    /// What the author of a restricted comment, or a banned subscriber, was told.
    StatementId = "sor";
    /// A message on its way out.
    OutboxId = "out";
    /// A line of the audit log.
    AuditId = "aud";
    /// A single-use link that was mailed.
    TokenId = "tok";
    /// A trial of draft rules on past comments.
    BacktestId = "bkt";
    /// Rules run over comments that were published before them.
    SweepId = "swp";
    /// A mark that stands for what somebody is known by.
    KeyId = "key";
    /// Subscribers found to be one person, or two.
    MoveId = "move";
    /// Something that a billing system told.
    BillingEventId = "bev";
    /// Points for a removed comment.
    StrikeId = "strk";
    /// A reminder or a warning.
    WarningId = "warn";
    /// Bans made in one act.
    BatchId = "bat";
    /// A harmful act, as it is counted.
    ActId = "act";
    /// An act that waits for a second person.
    ApprovalId = "appr";
    /// A passkey.
    PasskeyId = "pkey";
    /// A question that was put to an authenticator.
    CeremonyId = "cer";
    /// Something that other nodes are told of.
    ChangeId = "chg";
    /// A running program.
    NodeId = "node";
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn write_id(f: &mut fmt::Formatter<'_>, prefix: &str, uuid: Uuid) -> fmt::Result {
    let number = uuid.as_u128();
    let mut text = String::with_capacity(prefix.len() + 27);
    text.push_str(prefix);
    text.push('_');
    for place in (0..26).rev() {
        let digit = (number >> (place * 5)) & 31;
        let digit = usize::try_from(digit).unwrap_or(0);
        text.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'0')));
    }
    f.pad(&text)
}

fn read_id(prefix: &'static str, text: &str) -> Result<Uuid, NotAnId> {
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(NotAnId(prefix))?;
    if digits.len() != 26 {
        return Err(NotAnId(prefix));
    }
    let mut number: u128 = 0;
    for (place, byte) in digits.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|&letter| letter == byte).ok_or(NotAnId(prefix))?;
        // 26 digits hold 130 bits: the first may only carry three.
        if place == 0 && digit > 7 {
            return Err(NotAnId(prefix));
        }
        number = number << 5 | u128::try_from(digit).unwrap_or(0);
    }
    Ok(Uuid::from_u128(number))
}

/// Where randomness, and with it every id and token, comes from.
#[derive(Debug)]
pub struct Ids(Source);

#[derive(Debug)]
enum Source {
    System,
    Seeded(Box<Mutex<ChaCha20Rng>>),
}

impl Ids {
    /// The operating system's randomness.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The same sequence for the same `seed`, for tests and for generated content; never for secrets.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Box::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))))
    }

    /// Fills `bytes` with randomness.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing could be kept secret then.
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.0 {
            Source::System => {
                #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
                #[expect(clippy::expect_used, reason = "without randomness no token is safe: stop")]
                getrandom::fill(bytes).expect("the operating system gives random bytes");
            }
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes),
        }
    }

    /// A number below `bound`, which must not be 0; close enough to even for generated content.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound.max(1)
    }

    /// A new id, made at `now`.
    #[must_use]
    pub fn mint<T: Id>(&self, now: Timestamp) -> T {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        T::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let ids = Ids::seeded(1);
        let id: CommentId = ids.mint(Timestamp::from_millis(1_700_000_000_000));
        let text = id.to_string();
        assert!(text.starts_with("cmt_"), "{text}");
        assert!(text.len() <= MAX_ID_CHARS, "{text}");
        assert_eq!(text.parse::<CommentId>(), Ok(id));
        assert!(text.parse::<StoryId>().is_err());
        assert!(text.to_uppercase().parse::<CommentId>().is_err());
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let ids = Ids::system();
        let earlier: StoryId = ids.mint(Timestamp::from_millis(1_700_000_000_000));
        let later: StoryId = ids.mint(Timestamp::from_millis(1_700_000_000_001));
        assert!(earlier < later);
        assert!(earlier.to_string() < later.to_string());
    }

    #[test]
    fn a_number_beyond_128_bits_is_no_id() {
        assert!("cmt_8zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<CommentId>().is_err());
        assert!("cmt_7zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<CommentId>().is_ok());
        assert!("cmt_é1h455vb4pex5vsknk084sn02".parse::<CommentId>().is_err());
    }
}
