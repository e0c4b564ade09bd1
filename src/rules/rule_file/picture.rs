//! A complaint with the line it is about, for whoever wrote the file.

use crate::rules::language::Complaint;

/// The most characters of a line that are shown, and how many of them stand before the place.
const MAX_LINE_CHARS: usize = 110;
const BEFORE_CHARS: usize = 60;

/// Where a complaint stands in its file: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The place of byte `at` of `source`; behind the end is the end.
#[must_use]
pub fn place_of(source: &str, at: usize) -> Place {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let before = source.get(..at).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
    Place { line, column }
}

/// The complaint with its code, its place in `file`, that line of `source`, carets below what it is about, and the hint.
#[must_use]
pub fn picture(file: &str, source: &str, complaint: &Complaint) -> String {
    let Place { line, column } = place_of(source, complaint.span.start);
    let text = source.lines().nth(line - 1).unwrap_or_default();
    let about = source.get(complaint.span.clone()).unwrap_or_default();
    let length = about.lines().next().unwrap_or_default().chars().count().max(1);
    // A long line is shown from shortly before the place.
    let skipped = if text.chars().count() > MAX_LINE_CHARS { (column - 1).saturating_sub(BEFORE_CHARS) } else { 0 };
    let shown: String = text.chars().skip(skipped).take(MAX_LINE_CHARS).map(visible).collect();
    let start = column - 1 - skipped;
    let carets = "^".repeat(length.min((MAX_LINE_CHARS + 1).saturating_sub(start)).max(1));
    let before = if skipped > 0 { "…" } else { "" };
    let margin = " ".repeat(line.to_string().len());
    let indent = " ".repeat(start + before.chars().count());
    let code = complaint.code.as_str();
    let mut picture = format!(
        "error[{code}]: {}\n{margin}--> {file}:{line}:{column}\n{margin} |\n{line} | {before}{shown}\n{margin} | {indent}{carets}",
        complaint.message
    );
    if let Some(hint) = &complaint.hint {
        picture.push_str(&format!("\n{margin} = hint: {hint}"));
    }
    picture.push('\n');
    picture
}

/// The complaint as programs read it: `{"code", "message", "line", "column", "hint"}`, the hint `null` without one.
#[must_use]
pub fn as_json(source: &str, complaint: &Complaint) -> serde_json::Value {
    let Place { line, column } = place_of(source, complaint.span.start);
    serde_json::json!({
        "code": complaint.code,
        "message": complaint.message,
        "line": line,
        "column": column,
        "hint": complaint.hint,
    })
}

/// Tabs and controls would move the carets.
fn visible(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::language::ComplaintCode;

    #[test]
    fn the_carets_stand_below_the_words_however_wide_the_line_is() {
        let source = format!("a = 1\nwhen = \"{}x > ö\"\n", "é".repeat(200));
        let at = source.find("x > ö").unwrap();
        let complaint = Complaint::new(ComplaintCode::Syntax, at..at + 1, "wrong");
        let picture = picture("f.toml", &source, &complaint);
        let lines: Vec<&str> = picture.lines().collect();
        let caret = lines[4].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[3].chars().nth(caret), Some('x'), "{picture}");
        assert_eq!(place_of(&source, at), Place { line: 2, column: 209 });
    }

    #[test]
    fn a_place_beyond_the_end_or_within_a_character_does_no_harm() {
        for (source, span) in [("", 9..12), ("é", 1..2), ("\n\n", 2..2)] {
            assert!(picture("f", source, &Complaint::new(ComplaintCode::Syntax, span, "x")).contains('^'));
        }
    }
}
