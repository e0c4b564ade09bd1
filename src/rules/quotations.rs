//! What stands between double quotation marks.

use super::verdict::Span;

/// The stretches of `text` between quotation marks, the marks left out. A quotation ends in the line that it begins in, or was
/// none.
pub(super) fn quotations_in(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, c) in text.char_indices() {
        match c {
            '\n' => open = None,
            '"' | '“' | '”' | '„' | '«' | '»' => match open.take() {
                Some(start) if !matches!(c, '“' | '„' | '«') => found.push(Span { start, end: at }),
                _ => open = Some(at + c.len_utf8()),
            },
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_lies_between_two_marks_of_one_line() {
        let quoted = |text| -> Vec<String> {
            quotations_in(text).iter().map(|span| text[span.start..span.end].to_owned()).collect()
        };
        assert_eq!(quoted("he \"said so\" and “thus” and „so“"), ["said so", "thus"]);
        assert_eq!(quoted("«ici» \"one\" two \"three\""), ["ici", "one", "three"]);
        for none in ["", "it is 6\" long", "\"not\nclosed", "”", "“"] {
            assert!(quoted(none).is_empty(), "{none}");
        }
    }
}
