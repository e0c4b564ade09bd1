//! One newspaper, or all of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A newspaper's short name, its key everywhere: 1 to 40 of `a`–`z`, `0`–`9` and inner hyphens, as in `harbour-post`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TitleId(String);

/// The identifier a paper gives one clause of its house rules: the form of [`TitleId`], and unique in the installation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseId(String);

/// The text is not a short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a short name has 1 to 40 of the letters a to z, digits, and hyphens between them")]
pub struct NotASlug;

fn is_slug(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 1..=40)
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        && bytes.first() != Some(&b'-')
        && bytes.last() != Some(&b'-')
}

macro_rules! slugs {
    ($($name:ident: $refused:expr;)*) => {$(
        impl $name {
            /// The short name itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotASlug;
            fn from_str(text: &str) -> Result<Self, NotASlug> {
                if is_slug(text) && text != $refused { Ok(Self(text.to_owned())) } else { Err(NotASlug) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

// `all` means every title wherever a scope is written, so no title may be called that.
slugs! {
    TitleId: "all";
    ClauseId: "";
}

/// One title, or every title of the installation. Written as the title's short name, or `all`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Every title of the installation.
    All,
    /// One title.
    Title(TitleId),
}

impl Scope {
    /// Whether what has this scope holds in `title`.
    #[must_use]
    pub fn covers(&self, title: &TitleId) -> bool {
        match self {
            Self::All => true,
            Self::Title(own) => own == title,
        }
    }

    /// The title, unless this is every title.
    #[must_use]
    pub const fn title(&self) -> Option<&TitleId> {
        match self {
            Self::All => None,
            Self::Title(title) => Some(title),
        }
    }

    /// The scope as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::All => "all",
            Self::Title(title) => title.as_str(),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = NotASlug;
    fn from_str(text: &str) -> Result<Self, NotASlug> {
        if text == "all" { Ok(Self::All) } else { text.parse().map(Self::Title) }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
