//! What changed from one text to another, line by line.

use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, TextDiff};

/// How long the smallest difference is looked for; after that a larger one is good enough.
const PATIENCE: Duration = Duration::from_millis(200);

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stands in both texts.
    Same,
    /// It stands in the later one alone.
    Added,
    /// It stands in the earlier one alone.
    Removed,
}

impl Change {
    /// The change as programs read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// A line of either text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub change: Change,
    /// Its number in the earlier text, from 1.
    pub from_line: Option<usize>,
    /// Its number in the later text, from 1.
    pub to_line: Option<usize>,
    /// The line without its end.
    pub text: String,
}

/// Every line of both texts, in order: a removed one stands before what was put in its place.
#[must_use]
pub fn diff(from: &str, to: &str) -> Vec<Line> {
    let deadline = Instant::now() + PATIENCE;
    let lines = TextDiff::configure().algorithm(Algorithm::Myers).deadline(deadline).diff_lines(from, to);
    let line = |change: similar::Change<&str>| Line {
        change: match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Removed,
        },
        from_line: change.old_index().map(|at| at + 1),
        to_line: change.new_index().map(|at| at + 1),
        text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
    };
    lines.iter_all_changes().map(line).collect()
}

/// How many lines were added and how many removed.
#[must_use]
pub fn changes(lines: &[Line]) -> (usize, usize) {
    let count = |change| lines.iter().filter(|line| line.change == change).count();
    (count(Change::Added), count(Change::Removed))
}

/// The changed lines with `context` lines around each, in pieces that lie apart; none when nothing changed.
#[must_use]
pub fn with_context(lines: &[Line], context: usize) -> Vec<Vec<Line>> {
    let mut pieces: Vec<Vec<Line>> = Vec::new();
    let mut end = 0;
    let changed = lines.iter().enumerate().filter(|(_, line)| line.change != Change::Same);
    for (at, _) in changed {
        let start = at.saturating_sub(context);
        let from = start.max(end);
        let until = (at + 1 + context).min(lines.len());
        if pieces.is_empty() || start > end {
            pieces.push(Vec::new());
        }
        if let (Some(piece), Some(part)) = (pieces.last_mut(), lines.get(from..until.max(from))) {
            piece.extend_from_slice(part);
        }
        end = until.max(end);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(lines: &[Line]) -> Vec<String> {
        let sign = |change| match change {
            Change::Same => ' ',
            Change::Added => '+',
            Change::Removed => '-',
        };
        lines.iter().map(|line| format!("{}{}", sign(line.change), line.text)).collect()
    }

    #[test]
    fn a_changed_line_is_taken_out_and_put_in() {
        let lines = diff("one\ntwo\nthree\n", "one\n2\nthree\nfour");
        assert_eq!(shown(&lines), [" one", "-two", "+2", " three", "+four"]);
        assert_eq!((lines[1].from_line, lines[1].to_line), (Some(2), None));
        assert_eq!((lines[4].from_line, lines[4].to_line), (None, Some(4)));
        assert_eq!(changes(&lines), (2, 1));
        assert!(diff("", "").is_empty());
    }

    #[test]
    fn only_what_changed_is_shown_with_a_little_around_it() {
        let from: String = (1..=30).map(|number| format!("line {number}\n")).collect();
        let to = from.replace("line 10\n", "ten\n").replace("line 12\n", "").replace("line 29\n", "29\n");
        let pieces = with_context(&diff(&from, &to), 2);
        assert_eq!(pieces.len(), 2);
        assert_eq!(
            shown(&pieces[0]),
            [" line 8", " line 9", "-line 10", "+ten", " line 11", "-line 12", " line 13", " line 14"]
        );
        assert_eq!(shown(&pieces[1]), [" line 27", " line 28", "-line 29", "+29", " line 30"]);
        assert!(with_context(&diff(&from, &from), 3).is_empty());
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_out_of_their_difference(from in "([abc]{0,2}\n){0,12}", to in "([abc]{0,2}\n){0,12}") {
            let lines = diff(&from, &to);
            let without = |left_out| -> String {
                lines.iter().filter(|line| line.change != left_out).map(|line| format!("{}\n", line.text)).collect()
            };
            prop_assert_eq!(without(Change::Added), from);
            prop_assert_eq!(without(Change::Removed), to);
            let pieces = with_context(&lines, 1).into_iter().flatten().collect::<Vec<_>>();
            prop_assert_eq!(changes(&pieces), changes(&lines));
        }
    }
}
