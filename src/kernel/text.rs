//! Small things that are true of any text.

/// How many Unicode scalar values `text` has: the unit of every limit on what people write.
#[must_use]
pub fn char_count(text: &str) -> usize {
    text.chars().count()
}

/// Whether both databases can store `text`: PostgreSQL has no U+0000 in text.
#[must_use]
pub fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// The beginning of `text`, at most `max` characters with an ellipsis when it was cut.
#[must_use]
pub fn shortened(text: &str, max: usize) -> String {
    if char_count(text) <= max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shortened("déjà vu", 7), "déjà vu");
        assert_eq!(shortened("déjà vu", 5), "déjà…");
        assert_eq!(shortened("ab", 1), "…");
    }
}
