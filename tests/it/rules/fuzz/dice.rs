//! Chance that repeats itself: the same seed and number give the same throws on every machine.

/// A generator of numbers (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    pub(super) const fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number under `end`, which is not nought.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        self.throw() % end
    }

    pub(super) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length.max(1) as u64)).unwrap()
    }

    pub(super) const fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.index(among.len())]
    }

    /// A length: mostly short, seldom up to `most`.
    pub(super) fn length(&mut self, most: usize) -> usize {
        let bound = 1 << self.below(u64::from(most.ilog2()) + 1);
        self.index(bound.min(most)) + 1
    }

    /// A character of any kind: more often of those that something is made of.
    pub(super) fn char(&mut self) -> char {
        const ODD: [(u32, u32); 16] = [
            (0x00, 0x20),
            (0x20, 0x7f),
            (0x20, 0x7f),
            (0x61, 0x7b),
            (0xa0, 0x250),
            (0x300, 0x370),
            (0x370, 0x530),
            (0x600, 0x700),
            (0x1d00, 0x1d80),
            (0x2000, 0x2070),
            (0x2100, 0x2600),
            (0xfe00, 0xfe10),
            (0xff00, 0xfff0),
            (0x1_d400, 0x1_d800),
            (0x1_f100, 0x1_f700),
            (0, 0x11_0000),
        ];
        let (from, to) = self.pick(&ODD);
        let number = from + u32::try_from(self.below(u64::from(to - from))).unwrap();
        char::from_u32(number).unwrap_or('\u{fffd}')
    }
}
