//! Texts in a terminal, with the places marked that a rule saw.

use std::fmt::Write as _;

use crate::rules::Span;

/// The lines of `text` that have any of `spans`, each with carets below them.
pub(super) fn underlined(text: &str, spans: &[Span]) -> String {
    let mut shown = String::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let here: Vec<Span> = spans.iter().copied().filter(|span| span.start < end && span.end > start).collect();
        if !here.is_empty() {
            let bare = line.trim_end_matches(['\n', '\r']);
            let carets: String = bare
                .char_indices()
                .map(|(at, c)| {
                    let is_marked = here.iter().any(|span| (span.start..span.end).contains(&(start + at)));
                    match (c, is_marked) {
                        ('\t', false) => '\t',
                        (_, true) => '^',
                        (_, false) => ' ',
                    }
                })
                .collect();
            let visible: String = bare.chars().map(|c| if c == '\t' { c } else { visible(c) }).collect();
            let _ = writeln!(shown, "    {visible}\n    {}", carets.trim_end());
        }
        start = end;
    }
    shown
}

/// The text on one line, each of `spans` in brackets.
pub(super) fn bracketed(text: &str, spans: &[Span]) -> String {
    let mut shown = String::new();
    let mut begin = 0;
    let add = |from: usize, to: usize, shown: &mut String| {
        shown.extend(
            text.get(from..to).unwrap_or_default().chars().map(|c| if c.is_whitespace() { ' ' } else { visible(c) }),
        );
    };
    for span in spans {
        add(begin, span.start, &mut shown);
        shown.push('⟦');
        add(span.start, span.end, &mut shown);
        shown.push('⟧');
        begin = span.end;
    }
    add(begin, text.len(), &mut shown);
    shown
}

/// What stands for a character that a terminal might obey.
fn visible(c: char) -> char {
    if c.is_control() { '·' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [Span; 2] = [Span { start: 2, end: 5 }, Span { start: 8, end: 11 }];

    #[test]
    fn what_a_rule_saw_is_underlined_line_by_line() {
        assert_eq!(underlined("A bad\n\nbé no", &TWO), "    A bad\n      ^^^\n    bé no\n     ^^\n");
        assert_eq!(underlined("", &TWO), "");
    }

    #[test]
    fn or_stands_in_brackets_on_one_line() {
        assert_eq!(bracketed("A bad\n\nbé no", &TWO), "A ⟦bad⟧  b⟦é ⟧no");
        assert_eq!(bracketed("a\u{1b}[2J", &[]), "a·[2J");
    }
}
