//! `belowline classifier show`: which n-grams of a text pulled which way.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::files;
use crate::cli::Report;
use crate::rules::classifier::{Contribution, Explanation, HeadName, NgramKind};

/// Show which n-grams of a text pulled its scores up or down.
///
/// Pulls are in log-odds: what an n-gram adds to the logarithm of the odds that the text is abusive or hateful.
/// Letters are shown with `_` where a word begins or ends.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline classifier show 'you are a fool'")]
pub(in crate::cli) struct Show {
    /// The text.
    text: String,
    /// How many n-grams to show for each of the two scores.
    #[arg(long, default_value_t = 12, value_name = "COUNT")]
    top: usize,
    /// Ask this model instead of the one that Belowline comes with.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
}

pub(super) fn run(args: &Show) -> anyhow::Result<Report> {
    let explanation = files::model(args.model.as_deref())?.explain(&args.text);
    let mut text = Vec::new();
    let mut json = serde_json::Map::new();
    for (head, name) in [(HeadName::Abusive, "abusive"), (HeadName::Hateful, "hateful")] {
        let (probability, base) = of_head(&explanation, head);
        text.push(format!("{name} {probability:.3}   (a text without words: {base:+.2})"));
        let strongest = strongest(&explanation, head, args.top);
        text.extend(strongest.iter().map(|(pull, one)| {
            let times = if one.count > 1 { format!("  x{}", one.count) } else { String::new() };
            format!("  {pull:+.3}  {}{times}", readable(one))
        }));
        text.push(String::new());
        let rows: Vec<Value> = strongest.iter().map(|(pull, one)| as_json(*pull, one)).collect();
        json.insert(name.to_owned(), json!({ "probability": probability, "base": base, "strongest": rows }));
    }
    Ok(Report::new(text.join("\n"), Value::Object(json)))
}

fn of_head(explanation: &Explanation, head: HeadName) -> (f64, f64) {
    let [abusive, hateful] = explanation.base;
    match head {
        HeadName::Abusive => (explanation.scores.abusive, abusive),
        HeadName::Hateful => (explanation.scores.hateful, hateful),
    }
}

/// The n-grams that pull hardest, whichever way, hardest first.
fn strongest(explanation: &Explanation, head: HeadName, top: usize) -> Vec<(f64, &Contribution)> {
    let pull = |one: &Contribution| match head {
        HeadName::Abusive => one.abusive,
        HeadName::Hateful => one.hateful,
    };
    let mut pulls: Vec<(f64, &Contribution)> =
        explanation.contributions.iter().map(|one| (pull(one), one)).filter(|(pull, _)| *pull != 0.0).collect();
    pulls.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    pulls.truncate(top);
    pulls
}

fn readable(one: &Contribution) -> String {
    match one.kind {
        NgramKind::Words => format!("word    {}", one.ngram.trim()),
        NgramKind::Letters => format!("letters {}", one.ngram.replace(' ', "_")),
    }
}

fn as_json(pull: f64, one: &Contribution) -> Value {
    let kind = match one.kind {
        NgramKind::Words => "words",
        NgramKind::Letters => "letters",
    };
    json!({ "ngram": one.ngram, "kind": kind, "count": one.count, "pull": pull })
}
