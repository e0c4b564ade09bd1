//! The whole policy, top to bottom: every rule in its order, each told to nobody but the verdict.

use super::classifier::Scores;
use super::compile::RuleSet;
use super::facts::{Facts, RecentText};
use super::fingerprint::text_fingerprint;
use super::links::links_in;
use super::quotations::quotations_in;
use super::rule_book::Judgement;
use super::signals::{ListFacts, Signals, Sources};
use super::trial::Trial;
use super::verdict::{Fault, FaultCode, Figures, Finding, Outcome, Span, Verdict};
use crate::kernel::{ClauseId, char_count};

/// What a rule saw, or why it could not look.
type Answer = Result<Vec<Finding>, FaultCode>;

/// A rule: its id, and how it is evaluated.
type Rule = (&'static str, fn(&RuleSet, &Facts) -> Answer);

/// Every rule: first what is plain to see, then what the author and the story say, then what the words say.
const RULES: [Rule; 6] = [
    ("length", length),
    ("links", links),
    ("repeat", repeat),
    ("premoderation", premoderation),
    ("linked-to-banned", linked_to_banned),
    ("word-list", word_list),
];

/// Judges a text by every rule: those that every title has, then those that its editors wrote.
///
/// Pure and total: it depends on nothing else, takes time linear in the text, and never panics.
#[must_use]
pub fn evaluate(rules: &RuleSet, facts: &Facts) -> Verdict {
    judge(rules, None, facts).0
}

/// The verdict of [`evaluate`], and what the rules of `trial` say of the same signals: nothing of a text that is too long
/// to judge.
#[must_use]
pub fn evaluate_with(rules: &RuleSet, trial: &Trial, facts: &Facts) -> (Verdict, Judgement) {
    judge(rules, Some(trial), facts)
}

fn judge(rules: &RuleSet, trial: Option<&Trial>, facts: &Facts) -> (Verdict, Judgement) {
    let mut findings = Vec::new();
    let mut faults = Vec::new();
    for (id, rule) in RULES {
        match rule(rules, facts) {
            Ok(found) => findings.extend(found),
            Err(code) => faults.push(Fault { rule: id.into(), code }),
        }
    }
    // A text that is too long to read has faulted above; nothing more is made of it.
    if judged_text(rules, facts).is_err() {
        return (Verdict::of(findings, faults, rules.version()), Judgement::default());
    }
    let probabilities = rules.score(&facts.text);
    let list = list_facts(&findings);
    let sources = Sources { facts, list: Some(&list), classifier: Some(probabilities) };
    let signals = Signals::of(sources, trial.map_or(rules.book.slots(), |trial| &trial.slots));
    let said = rules.book.evaluate(&signals, facts.now);
    let tried = trial.map(|trial| trial.book.evaluate(&signals, facts.now)).unwrap_or_default();
    findings.extend(said.findings);
    faults.extend(said.faults);
    let verdict = Verdict {
        shadow: said.shadow,
        probabilities: Some(probabilities),
        ..Verdict::of(findings, faults, rules.version())
    };
    (verdict, tried)
}

impl RuleSet {
    /// What the list and the classifier say of `text`: nothing of one that is too long to judge.
    #[must_use]
    pub fn read(&self, text: &str) -> (ListFacts, Scores) {
        if text.chars().nth(self.source.max_judged_chars).is_some() {
            return (ListFacts::default(), Scores::default());
        }
        (self.listed(text), self.score(text))
    }

    /// What the list alone says of `text`, however long that is.
    #[must_use]
    pub fn listed(&self, text: &str) -> ListFacts {
        list_facts(&self.word_list.findings(text))
    }
}

/// What the word list found, as signals tell it.
fn list_facts(findings: &[Finding]) -> ListFacts {
    let mut facts = ListFacts::default();
    for finding in findings.iter().filter(|finding| finding.rule == "word-list") {
        let places = u32::try_from(finding.spans.len()).unwrap_or(u32::MAX);
        let count = match finding.outcome {
            Outcome::Publish | Outcome::Nudge => &mut facts.mild_count,
            Outcome::Hold => &mut facts.strong_count,
            Outcome::Reject => &mut facts.severe_count,
        };
        *count = count.saturating_add(places);
        let clause = finding.clause.as_ref().map(ToString::to_string);
        facts.clauses.extend(clause.filter(|clause| !facts.clauses.contains(clause)));
        facts.entries.extend(finding.entry.clone());
        facts.places.extend(&finding.spans);
    }
    facts.places.sort_unstable();
    facts
}

/// How much a finding counts when nothing else says.
pub(super) const fn weight_of(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Publish => 0,
        Outcome::Nudge => 25,
        Outcome::Hold => 50,
        Outcome::Reject => 100,
    }
}

fn finding(rule: &'static str, outcome: Outcome, clause: Option<&ClauseId>, spans: Vec<Span>) -> Finding {
    let clause = clause.cloned();
    Finding {
        rule: rule.into(),
        version: 1,
        outcome,
        clause,
        weight: weight_of(outcome),
        spans,
        entry: None,
        figures: None,
        message: None,
        tag: None,
        every_seconds: None,
    }
}

fn figures(found: usize, limit: usize) -> Option<Figures> {
    Some(Figures { found: u64::try_from(found).unwrap_or(u64::MAX), limit: u64::try_from(limit).unwrap_or(u64::MAX) })
}

/// The text, unless reading it would cost more than one comment may.
fn judged_text<'a>(rules: &RuleSet, facts: &'a Facts) -> Result<&'a str, FaultCode> {
    let is_longer = facts.text.chars().nth(rules.source.max_judged_chars).is_some();
    if is_longer { Err(FaultCode::TooLongToJudge) } else { Ok(&facts.text) }
}

/// Too long a text is rejected; the place is what goes beyond.
fn length(rules: &RuleSet, facts: &Facts) -> Answer {
    let limit = rules.source.length.max_chars;
    let Some((start, _)) = facts.text.char_indices().nth(limit) else { return Ok(Vec::new()) };
    let spans = vec![Span { start, end: facts.text.len() }];
    let found = finding("length", Outcome::Reject, rules.source.length.clause.as_ref(), spans);
    Ok(vec![Finding { figures: figures(char_count(&facts.text), limit), ..found }])
}

/// Too many links are held; the places are all of them.
fn links(rules: &RuleSet, facts: &Facts) -> Answer {
    let Some(rule) = &rules.source.links else { return Ok(Vec::new()) };
    let spans = links_in(judged_text(rules, facts)?);
    if spans.len() <= rule.max {
        return Ok(Vec::new());
    }
    let figures = figures(spans.len(), rule.max);
    Ok(vec![Finding { figures, ..finding("links", Outcome::Hold, rule.clause.as_ref(), spans) }])
}

/// What its author posted a while ago already is rejected; the figures are minutes since, and minutes to wait.
fn repeat(rules: &RuleSet, facts: &Facts) -> Answer {
    let Some(rule) = &rules.source.repeat else { return Ok(Vec::new()) };
    let text = judged_text(rules, facts)?;
    let since = |recent: &RecentText| recent.at.until(facts.now);
    let recent: Vec<_> = facts.author.recent_texts.iter().filter(|recent| since(recent) < rule.within).collect();
    if recent.is_empty() || char_count(text.trim()) < rule.min_chars {
        return Ok(Vec::new());
    }
    let fingerprint = text_fingerprint(text);
    let again = recent.into_iter().filter(|recent| recent.fingerprint == fingerprint);
    let Some(since) = again.map(since).min() else { return Ok(Vec::new()) };
    let figures = Some(Figures { found: since.as_secs() / 60, limit: rule.within.as_secs().div_ceil(60) });
    let spans = vec![Span { start: 0, end: text.len() }];
    Ok(vec![Finding { figures, ..finding("repeat", Outcome::Reject, rule.clause.as_ref(), spans) }])
}

/// Everything on a pre-moderated story is held.
fn premoderation(rules: &RuleSet, facts: &Facts) -> Answer {
    let clause = rules.source.premoderation.clause.as_ref();
    let found = facts.story.is_premoderated.then(|| finding("premoderation", Outcome::Hold, clause, Vec::new()));
    Ok(found.into_iter().collect())
}

/// Whoever came after a ban and has something in common with the banned is held: a person looks, and nobody is banned by
/// an address.
fn linked_to_banned(_: &RuleSet, facts: &Facts) -> Answer {
    let links = &facts.author.linked_to_banned;
    if links.is_empty() || facts.author.is_staff {
        return Ok(Vec::new());
    }
    let entry = Some(links.join(", "));
    Ok(vec![Finding { entry, ..finding("linked-to-banned", Outcome::Hold, None, Vec::new()) }])
}

/// Words and phrases of the title's list. What stands between quotation marks alone may be told of and not said: nothing is
/// rejected for it without a person's look.
fn word_list(rules: &RuleSet, facts: &Facts) -> Answer {
    let text = judged_text(rules, facts)?;
    let mut found = rules.word_list.findings(text);
    if found.iter().any(|finding| finding.outcome == Outcome::Reject) {
        let quotations = quotations_in(text);
        let is_quoted = |span: &Span| quotations.iter().any(|one| one.start <= span.start && span.end <= one.end);
        for finding in found.iter_mut().filter(|finding| finding.outcome == Outcome::Reject) {
            if !finding.spans.is_empty() && finding.spans.iter().all(is_quoted) {
                (finding.outcome, finding.weight) = (Outcome::Hold, weight_of(Outcome::Hold));
            }
        }
    }
    Ok(found)
}
