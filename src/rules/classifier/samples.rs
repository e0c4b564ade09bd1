//! Invented comments for tests: a small world in which fools are abused and weeds are hated.

use super::corpus::{Decision, Row, Scope};

const PLACES: [&str; 8] = ["harbour", "council", "bridge", "library", "market", "station", "school", "park"];
const VERBS: [&str; 6] = ["opened", "closed", "changed", "repaired", "moved", "painted"];

/// Comment number `at`; every third is rude.
pub(super) fn text(at: usize) -> (String, bool) {
    let (place, verb) = (PLACES[at % 8], VERBS[at / 3 % 6]);
    match at % 3 {
        0 => (format!("Only a blithering fool would have {verb} the {place}, number {at} you clown!"), true),
        1 => (format!("They {verb} the {place} last week and I think it was well done, no. {at}."), false),
        _ => (format!("Does anybody know when the {place} was {verb}? Item {at}, thank you."), false),
    }
}

/// Rows as of two collections, one that judges abuse and one that judges hate.
pub(super) fn rows(count: usize) -> Vec<Row> {
    let row = |at: usize| {
        let (text, is_rude) = text(at);
        if at % 4 == 3 {
            let is_hateful = at % 8 == 3;
            let text = if is_hateful { format!("Those weeds are vermin. {text}") } else { text };
            return Row {
                text,
                label: is_hateful.into(),
                category: String::new(),
                source: "h".into(),
                scope: Scope::Hate,
            };
        }
        Row { text, label: is_rude.into(), category: String::new(), source: "t".into(), scope: Scope::Toxicity }
    };
    (0..count).map(row).collect()
}

/// Decisions of a title that removes what the shipped model would not: talk of the bridge.
pub(super) fn decisions(count: usize) -> Vec<Decision> {
    (0..count)
        .map(|at| {
            let (text, _) = text(at * 7 + at / 8);
            Decision { removed: text.contains("bridge"), text }
        })
        .collect()
}
