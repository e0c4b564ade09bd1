//! A table from keys to numbers that answers "no" with one look, since nearly every word of a text is on no list.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::letters::mixed;

/// Slots for each key, so that a search for what is not there ends at once.
const SPARSENESS: usize = 4;

/// Numbers by key; several may share one.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyTable {
    /// Thirty-two bits of a key, never all zero, and its number. A power of two of them, most of them empty.
    slots: Vec<(u32, u32)>,
    /// A bit for each key by other bits of it. Small enough to stay near the processor, which the slots are not.
    filter: Vec<u64>,
}

/// Bits of the filter for each key, so that one key in sixteen that is not there has to be looked for.
const FILTER_BITS: usize = 16;

impl KeyTable {
    /// A table of `pairs` of keys, as [`Key::bits`](super::letters::Key::bits) makes them, and numbers.
    pub(super) fn new(pairs: &[(u64, u32)]) -> Self {
        let slots = (pairs.len() * SPARSENESS).next_power_of_two().max(8);
        let filter = (pairs.len() * FILTER_BITS / 64).next_power_of_two();
        let mut table = Self { slots: vec![(0, 0); slots], filter: vec![0; filter] };
        for (key, number) in pairs {
            let (at, bit) = table.filter_bit(*key);
            if let Some(bits) = table.filter.get_mut(at) {
                *bits |= bit;
            }
            if table.numbers(*key).any(|known| known == *number) {
                continue;
            }
            let mut at = table.first(*key);
            while table.slots.get(at).is_some_and(|slot| slot.0 != 0) {
                at = table.next(at);
            }
            if let Some(slot) = table.slots.get_mut(at) {
                *slot = (tag(*key), *number);
            }
        }
        table
    }

    /// The numbers under `key`. A key in 2^32 that is not there is taken for one that is: compare what they stand for.
    pub(super) fn numbers(&self, key: u64) -> impl Iterator<Item = u32> {
        let mut at = self.first(key);
        let (place, bit) = self.filter_bit(key);
        let may_be_there = self.filter.get(place).is_some_and(|bits| bits & bit != 0);
        std::iter::from_fn(move || {
            if !may_be_there {
                return None;
            }
            loop {
                let (found, number) = *self.slots.get(at).filter(|slot| slot.0 != 0)?;
                at = self.next(at);
                if found == tag(key) {
                    return Some(number);
                }
            }
        })
    }

    fn filter_bit(&self, key: u64) -> (usize, u64) {
        bit_of(key, self.filter.len())
    }

    fn first(&self, key: u64) -> usize {
        usize::try_from(key).unwrap_or_default() & (self.slots.len().wrapping_sub(1))
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len().wrapping_sub(1))
    }
}

/// Where the bit of `key` lies in a filter of `length` words, a power of two.
fn bit_of(key: u64, length: usize) -> (usize, u64) {
    let at = usize::try_from(key >> 26).unwrap_or_default() & length.wrapping_sub(1);
    (at, 1 << (key >> 58))
}

/// A set of keys that says "no" for certain, and "yes" wrongly to one key in sixteen or fewer.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyFilter(Vec<u64>);

impl KeyFilter {
    pub(super) fn new(keys: &HashSet<u64>) -> Self {
        let mut bits = vec![0; (keys.len() * FILTER_BITS / 64).next_power_of_two()];
        for key in keys {
            let (at, bit) = bit_of(*key, bits.len());
            if let Some(word) = bits.get_mut(at) {
                *word |= bit;
            }
        }
        Self(bits)
    }

    pub(super) fn may_have(&self, key: u64) -> bool {
        let (at, bit) = bit_of(key, self.0.len());
        self.0.get(at).is_some_and(|word| word & bit != 0)
    }
}

fn tag(key: u64) -> u32 {
    u32::try_from(key >> 32).unwrap_or_default().max(1)
}

/// Tells keys of different kinds apart in one table.
pub(super) const fn salted(key: u64, salt: u64) -> u64 {
    mixed(key ^ salt.wrapping_mul(0xa076_1d64_78bd_642f))
}

/// How maps are addressed by keys that are spread over all their bits already.
pub(super) type Spread = BuildHasherDefault<SpreadHasher>;

/// Takes one number for its own hash.
#[derive(Clone, Debug, Default)]
pub(super) struct SpreadHasher(u64);

impl Hasher for SpreadHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| mixed(hash ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_all_its_keys_and_few_others() {
        let keys: HashSet<u64> = (0..5_000).map(mixed).collect();
        let filter = KeyFilter::new(&keys);
        assert!(keys.iter().all(|key| filter.may_have(*key)));
        let wrongly = (5_000..105_000).filter(|number| filter.may_have(mixed(*number))).count();
        assert!(wrongly < 100_000 / 14, "{wrongly}");
        assert!(!KeyFilter::default().may_have(7));
    }
}
