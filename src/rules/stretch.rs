//! Part of a text as it is read in one particular way, and where each of its letters was.

use super::normalise::NormalisedText;

/// Codes that were picked from a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Stretch {
    pub(super) codes: Vec<u8>,
    /// For each, its number among the codes of the text.
    at: Vec<usize>,
}

impl Stretch {
    /// The codes between `from` and `to` that are `kept`.
    pub(super) fn of(text: &NormalisedText, from: usize, to: usize, kept: impl Fn(u8) -> bool) -> Self {
        let mut stretch = Self::default();
        for (at, code) in (from..).zip(text.codes.get(from..to).unwrap_or_default()) {
            if kept(*code) {
                stretch.codes.push(*code);
                stretch.at.push(at);
            }
        }
        stretch
    }

    /// The codes of the text from the one at `from` to before the one at `to` of the stretch.
    pub(super) fn place(&self, from: usize, to: usize) -> (usize, usize) {
        let first = self.at.get(from).copied().unwrap_or(0);
        let last = to.checked_sub(1).and_then(|last| self.at.get(last)).copied();
        (first, last.map_or(first, |last| last + 1))
    }
}
