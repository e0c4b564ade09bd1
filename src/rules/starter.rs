//! The word list a title begins with: British, Scottish and American English, to be changed by every paper as it likes.

/// The list as a file, for [`WordListSource::from_toml`](super::WordListSource::from_toml).
pub const WORD_LIST: &str = include_str!("../../data/word-lists/starter.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleSet, RuleSetSource, WordListSource};

    #[test]
    fn the_starter_list_compiles_and_every_entry_cites_a_clause() {
        let word_list = WordListSource::from_toml(WORD_LIST).unwrap();
        assert!(word_list.entries.len() >= 400);
        let clauses = ["no-abuse", "no-threats", "no-hate", "no-spam", "to-the-point"];
        for entry in &word_list.entries {
            assert!(entry.clause.as_ref().is_some_and(|clause| clauses.contains(&clause.as_str())), "{}", entry.text);
        }
        RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() }).unwrap();
    }
}
