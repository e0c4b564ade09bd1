//! What an emoji shows, in words: a drawn knife threatens as a written one does.

use std::sync::LazyLock;

/// The code point and the Unicode name of every pictograph, one a line, ascending.
const TABLE: &str = include_str!("../../../data/classifier/emoji.tsv");

static NAMES: LazyLock<Vec<(u32, &'static str)>> = LazyLock::new(|| {
    let entry = |line: &'static str| {
        let (code, name) = line.split_once('\t')?;
        Some((u32::from_str_radix(code, 16).ok()?, name))
    };
    TABLE.lines().filter_map(entry).collect()
});

/// The words that name a pictograph, lower case, one space between any two.
pub(super) fn name(c: char) -> Option<&'static str> {
    let code = u32::from(c);
    if code < 0x2300 {
        return None;
    }
    let at = NAMES.binary_search_by_key(&code, |(known, _)| *known).ok()?;
    NAMES.get(at).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_the_lines_ascend() {
        assert_eq!(NAMES.len(), TABLE.lines().count());
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(NAMES.iter().all(|(_, name)| name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | ' '))));
    }

    #[test]
    fn a_pictograph_has_its_name() {
        assert_eq!(name('\u{1F480}'), Some("skull"));
        assert_eq!(name('a'), None);
        assert_eq!(name('\u{4E00}'), None);
    }
}
