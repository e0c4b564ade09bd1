//! The words that nobody needs to explain: a dictionary, places and surnames.
//!
//! A word that is in it is never taken for another one in disguise; only its own spelling can be on a list. Some forty
//! of its bytes in memory keep each word: a set of 31-bit tags, so that one word in millions is taken for known wrongly.

use std::sync::LazyLock;

use super::letters::Key;

/// Words that anyone may write any day: what split and joined words are checked against.
const COMMON: &str = include_str!("../../data/lexicon/common.txt");

/// The rest of the dictionary, and names.
const OTHERS: [&str; 4] = [
    include_str!("../../data/lexicon/words.txt"),
    include_str!("../../data/lexicon/names.txt"),
    include_str!("../../data/lexicon/places.txt"),
    include_str!("../../data/lexicon/surnames.txt"),
];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// How well a word is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Unknown,
    /// In the dictionary, or a name.
    Known,
    Common,
}

/// A set of words by their exact keys.
pub(super) struct Lexicon {
    /// Thirty-one bits of a key over one that says whether the word is common; zero where there is none.
    slots: Vec<u32>,
    /// A bit for each common word by other bits of its key: a small table that says "no" to most of what is none.
    common: Vec<u64>,
}

/// How many bits of a key address [`Lexicon::common`].
const COMMON_BITS: u32 = 19;

impl Lexicon {
    /// The one that comes with the house, read when it is first asked for.
    pub(super) fn shipped() -> &'static Self {
        &LEXICON
    }

    fn load() -> Self {
        let bytes = COMMON.len() + OTHERS.iter().map(|list| list.len()).sum::<usize>();
        // Ten bytes a word or a little less; half of the slots stay empty.
        let mut lexicon =
            Self { slots: vec![0; (bytes / 5).next_power_of_two()], common: vec![0; 1 << (COMMON_BITS - 6)] };
        for word in COMMON.split_ascii_whitespace() {
            lexicon.insert(word, 1);
        }
        for word in OTHERS.iter().flat_map(|list| list.split_ascii_whitespace()) {
            lexicon.insert(word, 0);
        }
        lexicon
    }

    fn insert(&mut self, word: &str, is_common: u32) {
        let key = word.bytes().fold(Key::EMPTY, Key::with);
        if self.standing(key) != Standing::Unknown {
            return;
        }
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = usize::try_from(key.bits()).unwrap_or_default() & mask;
        while self.slots.get(at).is_some_and(|slot| *slot != 0) {
            at = (at + 1) & mask;
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = tag(key) | is_common;
        }
        let (at, bit) = common_bit(key);
        if is_common == 1
            && let Some(bits) = self.common.get_mut(at)
        {
            *bits |= bit;
        }
    }

    /// Whether the word of this exact key is common.
    pub(super) fn is_common(&self, key: Key) -> bool {
        let (at, bit) = common_bit(key);
        self.common.get(at).is_some_and(|bits| bits & bit != 0) && self.standing(key) == Standing::Common
    }

    /// How well the word of this exact key is known.
    pub(super) fn standing(&self, key: Key) -> Standing {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = usize::try_from(key.bits()).unwrap_or_default() & mask;
        let tag = tag(key);
        while let Some(slot) = self.slots.get(at).filter(|slot| **slot != 0) {
            if slot & !1 == tag {
                return if slot & 1 == 1 { Standing::Common } else { Standing::Known };
            }
            at = (at + 1) & mask;
        }
        Standing::Unknown
    }
}

fn common_bit(key: Key) -> (usize, u64) {
    let bits = key.bits() >> (64 - COMMON_BITS);
    (usize::try_from(bits >> 6).unwrap_or_default(), 1 << (bits & 63))
}

fn tag(key: Key) -> u32 {
    (u32::try_from(key.bits() >> 32).unwrap_or_default() & !1).max(2)
}
