//! `belowline rules explain`: one text, with the words underlined that rules saw.

use std::fmt::Write as _;

use serde_json::Value;

use super::engine::By;
use super::judge::as_json;
use super::marked::underlined;
use crate::cli::{Global, Report};
use crate::kernel::{Clock as _, SystemClock, Words};
use crate::rules::{Facts, evaluate};

/// Judge one text and show what each rule saw in it.
///
/// Without --title no database is needed: it is judged by what Belowline comes with.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules explain \"What a f.u.c.k.i.n.g disgrace\"")]
pub(in crate::cli) struct Explain {
    /// The text.
    text: String,
    #[command(flatten)]
    by: By,
}

pub(super) async fn run(global: &Global, args: &Explain) -> anyhow::Result<Report> {
    let rules = args.by.rule_set(global).await?;
    let facts = Facts { text: args.text.clone(), ..Facts::nobody(SystemClock.now()) };
    let verdict = evaluate(&rules, &facts);
    let words = Words::british();
    let mut text = format!("Outcome: {}\n", verdict.outcome.as_str());
    if let Some(scores) = verdict.probabilities {
        let _ = writeln!(text, "Classifier: abusive {:.3}, hateful {:.3}", scores.abusive, scores.hateful);
    }
    for finding in &verdict.findings {
        let clause = finding.clause.as_ref().map(|clause| format!(", clause {clause}")).unwrap_or_default();
        let said = words.with(&finding.moderator_key(), &finding.arguments());
        let _ = writeln!(
            text,
            "\n{}@{} → {}{clause}, weight {}\n  {said}",
            finding.rule,
            finding.version,
            finding.outcome.as_str(),
            finding.weight
        );
        text += &underlined(&args.text, &finding.spans);
    }
    for fault in &verdict.faults {
        let _ = writeln!(text, "\n{} could not be evaluated: {:?}", fault.rule, fault.code);
    }
    if verdict.findings.is_empty() && verdict.faults.is_empty() {
        text += "No rule saw anything.\n";
    }
    let _ = write!(text, "\nEngine {}, rules {}", verdict.engine_version, verdict.rule_set_version);
    Ok(Report::new(text, as_json(&Value::String("text".to_owned()), &verdict)))
}
