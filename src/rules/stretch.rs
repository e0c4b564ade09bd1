//! Part of a text as it is read in one particular way, and where each of its letters was.

use std::borrow::Cow;

use super::normalise::NormalisedText;

/// Codes that were picked from a text.
#[derive(Clone, Debug)]
pub(super) struct Stretch<'a> {
    pub(super) codes: Cow<'a, [u8]>,
    /// The codes that they were picked from, and the number of the first of these in the text.
    whole: &'a [u8],
    from: usize,
    kept: fn(u8) -> bool,
}

impl<'a> Stretch<'a> {
    /// The codes between `from` and `to` that are `kept`.
    pub(super) fn of(text: &'a NormalisedText, from: usize, to: usize, kept: fn(u8) -> bool) -> Self {
        let whole = text.codes.get(from..to).unwrap_or_default();
        let codes = if whole.iter().all(|code| kept(*code)) {
            Cow::Borrowed(whole)
        } else {
            let mut codes = Vec::with_capacity(whole.len());
            codes.extend(whole.iter().filter(|code| kept(**code)));
            Cow::Owned(codes)
        };
        Self { codes, whole, from, kept }
    }

    /// The codes of the text from the one at `from` to before the one at `to` of the stretch.
    pub(super) fn place(&self, from: usize, to: usize) -> (usize, usize) {
        let mut kept = (self.from..).zip(self.whole).filter(|(_, code)| (self.kept)(**code)).map(|(at, _)| at);
        let first = kept.by_ref().nth(from).unwrap_or(0);
        if to <= from + 1 {
            return (first, if to == 0 { first } else { first + 1 });
        }
        (first, kept.nth(to - from - 2).map_or(first, |last| last + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters::is_word;
    use super::super::normalise::normalise;
    use super::*;

    #[test]
    fn a_stretch_knows_where_each_of_its_letters_was() {
        let text = normalise("x f.u-n");
        let stretch = Stretch::of(&text, 2, 7, is_word);
        assert_eq!(&*stretch.codes, b"fun");
        assert_eq!([stretch.place(0, 3), stretch.place(1, 2), stretch.place(2, 3)], [(2, 7), (4, 5), (6, 7)]);
        let whole = Stretch::of(&text, 2, 3, is_word);
        assert!(matches!(whole.codes, Cow::Borrowed(b"f")));
        assert_eq!(whole.place(0, 1), (2, 3));
    }
}
