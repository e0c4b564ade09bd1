//! A fault in a word list with the line it is about, for whoever wrote the list.

use crate::kernel::shortened;
use crate::rules::SourceFault;

/// The most characters of a line that are shown.
const MAX_LINE_CHARS: usize = 120;

/// The fault, where it stands in `file`, that line of `source`, and carets below what it is about.
#[must_use]
pub fn picture(file: &str, source: &str, fault: &SourceFault) -> String {
    let Some((number, line)) = place(source, fault) else {
        return format!("{file}: {}", fault.message);
    };
    let entry = fault.entry.as_deref().filter(|entry| line.contains(*entry));
    let (start, length) = entry.map_or_else(
        || (line.chars().take_while(|c| c.is_whitespace()).count(), line.trim().chars().count()),
        |entry| {
            let before = line.split(entry).next().unwrap_or_default();
            (before.chars().count(), entry.chars().count())
        },
    );
    let margin = " ".repeat(number.to_string().len());
    let shown = shortened(line, MAX_LINE_CHARS);
    let start = start.min(MAX_LINE_CHARS);
    let carets = "^".repeat(length.clamp(1, MAX_LINE_CHARS - start + 1));
    format!(
        "{file}:{number}: {}\n {margin} |\n {number} | {shown}\n {margin} | {}{carets}",
        fault.message,
        " ".repeat(start),
    )
}

/// The line that the fault is about: the first at or below its own that has the entry, which is named by the line of its
/// header, before the next entry begins.
fn place<'a>(source: &'a str, fault: &SourceFault) -> Option<(usize, &'a str)> {
    let first = fault.line?;
    let lines = || (1..).zip(source.lines()).skip(first.saturating_sub(1));
    let own = lines().next()?;
    let Some(entry) = &fault.entry else { return Some(own) };
    let quoted = format!("\"{entry}\"");
    let mut of_entry = lines().take_while(|(number, line)| *number == first || !line.trim_start().starts_with("[["));
    Some(of_entry.find(|(_, line)| line.contains(&quoted)).unwrap_or(own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::SourceFaultCode;

    fn fault(line: usize, entry: Option<&str>) -> SourceFault {
        let entry = entry.map(str::to_owned);
        SourceFault { code: SourceFaultCode::EntryTooShort, line: Some(line), entry, message: "too short".to_owned() }
    }

    #[test]
    fn the_carets_stand_below_the_entry_and_not_below_its_header() {
        let source = "version = 1\n\n[[entry]]\noutcome = \"hold\"\ntext = \"é\"\n";
        let expected = "a.toml:5: too short\n   |\n 5 | text = \"é\"\n   |         ^";
        assert_eq!(picture("a.toml", source, &fault(3, Some("é"))), expected);
    }

    #[test]
    fn without_an_entry_the_whole_line_is_meant() {
        let expected = "a.toml:2: too short\n   |\n 2 |  words = 3\n   |  ^^^^^^^^^";
        assert_eq!(picture("a.toml", "version = 1\n words = 3\n", &fault(2, None)), expected);
    }

    #[test]
    fn a_line_that_is_not_there_and_a_very_long_one_do_no_harm() {
        assert_eq!(picture("a.toml", "", &fault(9, Some("x"))), "a.toml: too short");
        let long = "x".repeat(5_000);
        assert!(picture("a.toml", &long, &fault(1, None)).chars().count() < 400);
        assert!(picture("a.toml", &format!("{}\"x\"", " ".repeat(900)), &fault(1, Some("x"))).contains('^'));
    }
}
