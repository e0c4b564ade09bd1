//! Telling texts that are nearly the same: 64 bits each, of which similar texts share most.
//!
//! A bit is what the majority of the text's runs of three words say about it, each run by its own hash. Unrelated texts
//! share about half of the bits; changing one word in thirty leaves nearly all. Quoted lines are left out, since two who
//! answer the same comment have not written the same.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// How many words make a run.
const SHINGLE_WORDS: usize = 3;

/// Texts with fewer words say too little to be told from a copy: thanks are due more than once.
const MIN_WORDS: usize = 6;

/// From how many bits of 64 in common two texts count as nearly the same.
const NEAR_BITS: u32 = 52;

/// How a text is like others; counted among what its title saw lately, without the text itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimilarFacts {
    /// Bits in common with the most similar of the author's own comments, 0 to 64.
    pub own_bits: u32,
    /// Nearly the same comments by the author.
    pub own_count: u32,
    /// Bits in common with the most similar comment of somebody else, 0 to 64.
    pub others_bits: u32,
    /// Nearly the same comments by others.
    pub others_count: u32,
    /// How many others wrote those.
    pub others_subscriber_count: u32,
}

impl SimilarFacts {
    /// Compares a text with the author's `own` and with those of `others`, each of whom a number stands for.
    ///
    /// A text too short for a simhash is like nothing.
    #[must_use]
    pub fn of(
        hash: Option<u64>,
        own: impl IntoIterator<Item = u64>,
        others: impl IntoIterator<Item = (u128, u64)>,
    ) -> Self {
        let mut facts = Self::default();
        let Some(hash) = hash else { return facts };
        for other in own {
            let bits = bits_in_common(hash, other);
            facts.own_bits = facts.own_bits.max(bits);
            facts.own_count += u32::from(bits >= NEAR_BITS);
        }
        let mut subscribers = BTreeSet::new();
        for (subscriber, other) in others {
            let bits = bits_in_common(hash, other);
            facts.others_bits = facts.others_bits.max(bits);
            if bits >= NEAR_BITS {
                facts.others_count += 1;
                subscribers.insert(subscriber);
            }
        }
        facts.others_subscriber_count = u32::try_from(subscribers.len()).unwrap_or(u32::MAX);
        facts
    }
}

const fn bits_in_common(one: u64, other: u64) -> u32 {
    64 - (one ^ other).count_ones()
}

/// The similarity that rules see: 1 for equal texts, 0 for those that share no more than chance has it.
pub(super) fn similarity(bits: u32) -> f64 {
    (f64::from(bits.min(64)) - 32.0).max(0.0) / 32.0
}

/// The simhash of `text`; `None` when it has too few words of its own.
#[must_use]
pub fn simhash(text: &str) -> Option<u64> {
    let mut votes = [0_i32; 64];
    let mut run = [0_u64; SHINGLE_WORDS];
    let mut words = 0_usize;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('>')) {
        for word in line.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|word| !word.is_empty())
        {
            run.rotate_left(1);
            if let Some(last) = run.last_mut() {
                *last = hash_of(word);
            }
            words += 1;
            if words >= SHINGLE_WORDS {
                vote(&mut votes, run.iter().fold(0, |all, word| mixed(all ^ word)));
            }
        }
    }
    let hash = votes.iter().enumerate().fold(0, |hash, (bit, votes)| hash | (u64::from(*votes > 0) << bit));
    (words >= MIN_WORDS).then_some(hash)
}

fn vote(votes: &mut [i32; 64], hash: u64) {
    for (bit, votes) in votes.iter_mut().enumerate() {
        *votes += if (hash >> bit) & 1 == 1 { 1 } else { -1 };
    }
}

/// FNV-1a over the lower-case letters and digits.
fn hash_of(word: &str) -> u64 {
    let letters = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3))
}

/// Spreads a change of any bit over all others (the finaliser of SplitMix64).
const fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FERRY: &str = "The ferry was cancelled again this morning and nobody at the harbour could tell us when the next \
        one would sail, so we drove the long way round.";
    const FERRY_AGAIN: &str = "the FERRY was cancelled again this morning, and nobody at the harbour could tell us when \
        the next one would sail... so we drove the long way home!";
    const COUNCIL: &str = "Whatever the council says about the budget, the library is the one building in this town that \
        everybody uses, and it is the one they want to sell.";

    fn common(one: &str, other: &str) -> u32 {
        bits_in_common(simhash(one).unwrap(), simhash(other).unwrap())
    }

    #[test]
    fn one_word_changed_is_nearly_the_same_and_another_text_is_not() {
        assert!(common(FERRY, FERRY_AGAIN) >= NEAR_BITS, "{}", common(FERRY, FERRY_AGAIN));
        assert!(common(FERRY, COUNCIL) < 44, "{}", common(FERRY, COUNCIL));
    }

    #[test]
    fn what_is_quoted_does_not_count() {
        assert_eq!(simhash(&format!("> {COUNCIL}\n{FERRY}")), simhash(FERRY));
    }

    #[test]
    fn short_texts_are_like_nothing() {
        assert_eq!(simhash("Thank you very much!"), None);
        assert_eq!(SimilarFacts::of(None, [0, 1], [(1, 2)]), SimilarFacts::default());
    }

    #[test]
    fn copies_are_counted_with_who_wrote_them() {
        let (ferry, again, council) =
            (simhash(FERRY).unwrap(), simhash(FERRY_AGAIN).unwrap(), simhash(COUNCIL).unwrap());
        let facts = SimilarFacts::of(Some(ferry), [council], [(1, again), (1, ferry), (2, ferry), (3, council)]);
        assert_eq!((facts.own_count, facts.others_count, facts.others_subscriber_count), (0, 3, 2));
        assert_eq!(facts.others_bits, 64);
        assert!(similarity(facts.own_bits) < 0.4 && similarity(64) >= 1.0);
    }
}
