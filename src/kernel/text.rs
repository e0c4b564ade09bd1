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

/// Whether a reader would see anything of `text`: white space, controls and characters without a shape do not count.
#[must_use]
pub fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !is_shapeless(c))
}

/// Characters that Unicode draws as nothing: joiners, direction marks, fillers, variation selectors, tags.
const fn is_shapeless(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
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
    fn what_has_no_shape_is_not_seen() {
        assert!(!is_visible(" \n\u{200b}\u{ad}\u{2060}\u{3164}"));
        assert!(is_visible("\u{200b}a") && is_visible("😀") && is_visible("…"));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shortened("déjà vu", 7), "déjà vu");
        assert_eq!(shortened("déjà vu", 5), "déjà…");
        assert_eq!(shortened("ab", 1), "…");
    }
}
