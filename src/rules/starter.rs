//! What a title begins with, to be changed by every paper as it likes: a word list in British, Scottish and American
//! English, and rules that ask the classifier.

/// The list as a file, for [`WordListSource::from_toml`](super::WordListSource::from_toml).
pub const WORD_LIST: &str = include_str!("../../data/word-lists/starter.toml");

/// The rules as a file, for [`rule_file::read`](super::rule_file::read).
pub const RULES: &str = include_str!("../../data/rules/starter.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleSet, RuleSetSource, WordListSource, rule_file};

    #[test]
    fn the_starter_rules_pass_their_tests() {
        let word_list = WordListSource::from_toml(WORD_LIST).unwrap();
        let rules = RuleSet::compile(RuleSetSource { word_list, ..RuleSetSource::default() }).unwrap();
        let engine = |text: &str| {
            let (list, scores) = rules.read(text);
            (Some(list), Some(scores))
        };
        let checked = rule_file::check(RULES, &engine).unwrap();
        assert!(checked.test_count() >= 3 && checked.rules.iter().all(|rule| rule.clause.is_some()));
    }

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
