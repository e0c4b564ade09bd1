//! All rules of a title together: each is asked about every comment, and the strongest consequence wins.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::evaluate::weight_of;
use super::language::{Program, RuleFault};
use super::rule::{Mode, Rule, Then};
use super::signals::{Signals, Slot};
use super::verdict::{Fault, FaultCode, Finding};
use crate::kernel::{Timestamp, TitleId};

/// The most steps that a book's rules may take on one comment, all together.
pub const MAX_BOOK_COST: u64 = 2_000_000;

/// Why rules cannot be a book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookFault {
    /// Two rules have one id.
    #[error("two rules are called `{0}`")]
    DuplicateId(Arc<str>),
    /// Together they could cost more than a comment may.
    #[error(
        "the rules could cost {cost} steps on one comment, of which `{dearest}` alone {own}; {MAX_BOOK_COST} are allowed"
    )]
    TooCostly {
        /// The steps of all.
        cost: u64,
        /// The rule that could cost most.
        dearest: Arc<str>,
        /// Its steps.
        own: u64,
    },
}

/// What the rules say of one comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Every live rule that fired, in the book's order.
    pub findings: Vec<Finding>,
    /// Every live rule that has no answer.
    pub faults: Vec<Fault>,
    /// Every shadow rule that fired: what it would have done.
    pub shadow: Vec<Finding>,
    /// Every shadow rule that has no answer; these decide nothing.
    pub shadow_faults: Vec<Fault>,
}

/// The rules of a title that are asked about new comments.
#[derive(Clone, Debug, Default)]
pub struct RuleBook {
    rules: Vec<Rule>,
    /// The rules' conditions, close together: nearly all of them answer no, and the rest of a rule is not looked at.
    conditions: Vec<Program>,
    slots: Vec<Slot>,
}

impl RuleBook {
    /// The live and shadow rules of `rules` that are for `title`; all of them where no title is asked for.
    ///
    /// # Errors
    /// When two have one id, or all together could cost too much.
    pub fn compile(rules: impl IntoIterator<Item = Rule>, title: Option<&TitleId>) -> Result<Self, BookFault> {
        let asked = |rule: &Rule| rule.mode != Mode::Draft && title.is_none_or(|title| rule.is_for(title));
        Self::of_all(rules.into_iter().filter(asked))
    }

    /// The same with drafts, to try them on past comments.
    ///
    /// # Errors
    /// As of [`RuleBook::compile`].
    pub fn of_all(rules: impl IntoIterator<Item = Rule>) -> Result<Self, BookFault> {
        let section = Slot::named("story.section");
        let mut book = Self::default();
        let mut slots = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for mut rule in rules {
            if !ids.insert(rule.id.clone()) {
                return Err(BookFault::DuplicateId(rule.id));
            }
            if let (Some(slot), Some(only)) = (section, &rule.section) {
                rule.when = rule.when.only_where(slot, only);
            }
            slots.extend(rule.when.slots().iter().copied());
            book.conditions.push(rule.when.clone());
            book.rules.push(rule);
        }
        let cost = book.rules.iter().map(|rule| rule.when.cost()).fold(0, u64::saturating_add);
        let dearest = book.rules.iter().max_by_key(|rule| rule.when.cost());
        if let Some(dearest) = dearest.filter(|_| cost > MAX_BOOK_COST) {
            return Err(BookFault::TooCostly { cost, dearest: dearest.id.clone(), own: dearest.when.cost() });
        }
        book.slots = slots.into_iter().collect();
        Ok(book)
    }

    /// The signals that its rules ask: what [`Signals::of`] has to read.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Asks every rule that has not expired by `now`. Pure and total.
    #[must_use]
    pub fn evaluate(&self, signals: &Signals<'_>, now: Timestamp) -> Judgement {
        let mut judgement = Judgement::default();
        for (place, condition) in self.conditions.iter().enumerate() {
            let answer = condition.ask(signals);
            if answer == Ok(false) {
                continue;
            }
            let is_asked = |rule: &&Rule| rule.expires_at.is_none_or(|at| now < at);
            let Some(rule) = self.rules.get(place).filter(is_asked) else { continue };
            match answer {
                Ok(_) => judgement.fired(rule, signals),
                Err(fault) => judgement.faulted(rule, fault),
            }
        }
        judgement
    }
}

impl Judgement {
    fn fired(&mut self, rule: &Rule, signals: &Signals<'_>) {
        let outcome = rule.then.outcome();
        let finding = Finding {
            rule: rule.id.to_string().into(),
            version: rule.version,
            outcome,
            clause: rule.clause.clone(),
            weight: weight_of(outcome),
            spans: rule.when.places(signals),
            entry: None,
            figures: None,
            message: rule.message.clone(),
            tag: match &rule.then {
                Then::Tag { tag } => Some(tag.clone()),
                _ => None,
            },
            every_seconds: match &rule.then {
                Then::SlowDown { every } => Some(every.as_secs()),
                _ => None,
            },
        };
        let found = if rule.mode == Mode::Live { &mut self.findings } else { &mut self.shadow };
        found.push(finding);
    }

    fn faulted(&mut self, rule: &Rule, fault: RuleFault) {
        let code = match fault {
            RuleFault::Missing(_) => FaultCode::MissingSignal,
            RuleFault::DivisionByZero => FaultCode::DivisionByZero,
            RuleFault::Overflow => FaultCode::Overflow,
        };
        let faults = if rule.mode == Mode::Live { &mut self.faults } else { &mut self.shadow_faults };
        faults.push(Fault { rule: rule.id.to_string().into(), code });
    }
}

/// Two rules that ask the same of the same comments in the same mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) first: usize,
    pub(super) second: usize,
    /// Whether they answer differently; else one of them is superfluous.
    pub(super) is_contradiction: bool,
}

/// Every rule that asks the same as one before it, unless both only add to a comment's fate.
pub(super) fn clashes(rules: &[Rule]) -> Vec<Clash> {
    let mut seen: HashMap<_, Vec<(usize, &Rule)>> = HashMap::new();
    let mut clashes = Vec::new();
    for (second, rule) in rules.iter().enumerate() {
        let key = (rule.when.canonical(), &rule.title, &rule.section, rule.mode);
        let before = seen.entry(key).or_default();
        for (first, other) in before.iter() {
            let decides = |rule: &Rule| matches!(rule.then.as_str(), "publish" | "nudge" | "hold" | "reject");
            if other.then == rule.then {
                clashes.push(Clash { first: *first, second, is_contradiction: false });
            } else if decides(other) && decides(rule) {
                clashes.push(Clash { first: *first, second, is_contradiction: true });
            }
        }
        before.push((second, rule));
    }
    clashes
}

#[cfg(test)]
mod tests {
    use super::super::facts::Facts;
    use super::super::language;
    use super::super::signals::{Sources, Value};
    use super::super::verdict::{Outcome, Verdict};
    use super::*;

    fn rule(id: &str, when: &str, then: Then, mode: Mode) -> Rule {
        Rule {
            id: id.into(),
            version: 1,
            clause: None,
            source: when.to_owned(),
            when: language::compile(when).unwrap(),
            then,
            mode,
            message: None,
            title: None,
            section: None,
            daily_cap: None,
            expires_at: None,
        }
    }

    fn judged(rules: Vec<Rule>, text: &str, given: &[(&str, Value<'static>)]) -> Judgement {
        let book = RuleBook::compile(rules, None).unwrap();
        let facts = Facts { text: text.to_owned(), ..Facts::nobody(Timestamp::from_millis(1_000)) };
        let mut signals = Signals::of(Sources { facts: &facts, list: None, classifier: None }, book.slots());
        for (name, value) in given {
            signals.set(Slot::named(name).unwrap(), value.clone());
        }
        book.evaluate(&signals, facts.now)
    }

    fn outcome(said: &Judgement) -> Outcome {
        Verdict::of(said.findings.clone(), said.faults.clone(), "").outcome
    }

    #[test]
    fn all_findings_are_kept_and_the_strongest_wins() {
        let rules = vec![
            rule("a", "text.links > 0", Then::Nudge, Mode::Live),
            rule("b", "text.words > 0", Then::Publish, Mode::Live),
            rule("c", "text.capitals > 0.9", Then::Reject, Mode::Live),
            rule("d", "text.links > 0 && text.words > 0", Then::Hold, Mode::Live),
            rule("e", "text.words > 1", Then::Reject, Mode::Shadow),
            rule("f", "text.words > 2", Then::Reject, Mode::Draft),
        ];
        let said = judged(rules, "look here now: www.a.example", &[]);
        assert_eq!(outcome(&said), Outcome::Hold);
        let found: Vec<_> =
            said.findings.iter().map(|finding| (&*finding.rule, finding.weight, finding.spans.len())).collect();
        assert_eq!(found, [("a", 25, 1), ("b", 0, 0), ("d", 50, 1)]);
        assert_eq!(said.shadow.len(), 1);
    }

    #[test]
    fn a_live_rule_that_faults_holds_and_a_shadow_rule_does_not() {
        let faulty = |mode| vec![rule("a", "author.strikes > 0", Then::Nudge, mode)];
        let said = judged(faulty(Mode::Live), "hello", &[]);
        assert_eq!((outcome(&said), said.faults.len()), (Outcome::Hold, 1));
        assert_eq!(said.faults[0].code, FaultCode::MissingSignal);
        let said = judged(faulty(Mode::Shadow), "hello", &[]);
        assert_eq!((outcome(&said), said.faults.len(), said.shadow_faults.len()), (Outcome::Publish, 0, 1));
        let said = judged(faulty(Mode::Live), "hello", &[("author.strikes", Value::Int(0))]);
        assert_eq!(said, Judgement::default());
    }

    #[test]
    fn a_section_and_an_end_narrow_a_rule() {
        let only = |section: &str, expires_at| Rule {
            section: Some(section.to_owned()),
            expires_at,
            ..rule("a", "text.words > 0", Then::Hold, Mode::Live)
        };
        let news = [("story.section", Value::Text("News".into()))];
        assert_eq!(outcome(&judged(vec![only("News", None)], "hello", &news)), Outcome::Hold);
        assert_eq!(outcome(&judged(vec![only("Sport", None)], "hello", &news)), Outcome::Publish);
        assert_eq!(judged(vec![only("News", None)], "hello", &[]).faults.len(), 1, "nobody knows the section");
        let end = |millis| Some(Timestamp::from_millis(millis));
        assert_eq!(outcome(&judged(vec![only("News", end(1_000))], "hello", &news)), Outcome::Publish);
        assert_eq!(outcome(&judged(vec![only("News", end(1_001))], "hello", &news)), Outcome::Hold);
        assert_eq!(judged(vec![only("News", end(1_000))], "hello", &[]).faults, []);
    }

    #[test]
    fn a_title_has_its_own_rules_and_those_of_all() {
        let (post, gazette): (TitleId, TitleId) = ("post".parse().unwrap(), "gazette".parse().unwrap());
        let own = Rule { title: Some(post.clone()), ..rule("a", "text.words > 0", Then::Hold, Mode::Live) };
        let rules = vec![own, rule("b", "text.words > 1", Then::Hold, Mode::Live)];
        assert_eq!(RuleBook::compile(rules.clone(), Some(&post)).unwrap().rules().len(), 2);
        assert_eq!(RuleBook::compile(rules, Some(&gazette)).unwrap().rules().len(), 1);
    }

    #[test]
    fn ids_are_unique_and_the_whole_book_has_a_bound() {
        let twice = vec![rule("a", "text.words > 0", Then::Hold, Mode::Live); 2];
        assert_eq!(RuleBook::compile(twice, None).unwrap_err(), BookFault::DuplicateId("a".into()));
        let dear =
            |n: usize| rule(&format!("r{n}"), &format!("text.content.matches(\"a{n}\")"), Then::Hold, Mode::Live);
        assert!(RuleBook::compile((0..90).map(dear), None).is_ok());
        let fault = RuleBook::compile((0..120).map(dear), None).unwrap_err();
        assert!(matches!(fault, BookFault::TooCostly { .. }), "{fault}");
    }

    #[test]
    fn rules_that_ask_the_same_are_found_unless_one_is_only_tried() {
        let rules = [
            rule("a", "text.words > 0 && text.links > 0", Then::Hold, Mode::Live),
            rule("b", "text.links > 0 && 0 < text.words", Then::Reject, Mode::Live),
            rule("c", "text.links > 0 && text.words > 0", Then::Hold, Mode::Live),
            rule("d", "text.links > 0 && text.words > 0", Then::Reject, Mode::Shadow),
            rule("e", "text.links > 0 && text.words > 0", Then::Tag { tag: "link".to_owned() }, Mode::Live),
        ];
        let found: Vec<_> = clashes(&rules).iter().map(|it| (it.first, it.second, it.is_contradiction)).collect();
        assert_eq!(found, [(0, 1, true), (0, 2, false), (1, 2, true)]);
    }
}
