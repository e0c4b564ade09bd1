//! `belowline classifier eval`: how well a model judges labelled comments.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::files;
use crate::cli::Report;
use crate::rules::classifier::measure::{Scored, calibration_error, recall_at, roc_auc, threshold_at};
use crate::rules::classifier::{Classifier, Row, groups_named};

/// Measure a model on labelled comments.
///
/// Files are as `classifier train` takes them. Collections that judge abuse are measured by the abusive score, those
/// that judge hate or sexism by the hateful one. Recall is the share of positives flagged when 5 % of the others are.
/// Sentences made to name groups of people (source identity_templates) also show the gap: how far the share flagged
/// of each group's harmless sentences lies from the 10 % flagged of all.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline classifier eval dev/*.jsonl.gz --worst 5")]
pub(in crate::cli) struct Eval {
    /// The labelled comments.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Also show so many of the worst mistakes of either kind for each file.
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    worst: usize,
    /// Measure this model instead of the one that Belowline comes with.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
}

const ALLOWED_FALSE_POSITIVES: f64 = 0.05;
const HARMLESS_FLAGGED: f64 = 0.1;
/// Groups that fewer sentences name say nothing.
const MIN_SENTENCES: usize = 6;
const MADE_SENTENCES: &str = "identity_templates";

/// One file, measured.
#[derive(Debug)]
struct Set {
    name: String,
    judges_abuse: bool,
    is_made: bool,
    scored: Vec<Scored>,
    gap: Option<f64>,
    worst: Vec<(f64, bool, String)>,
}

pub(super) fn run(args: &Eval) -> anyhow::Result<Report> {
    let model = files::model(args.model.as_deref())?;
    let mut sets = Vec::new();
    for file in &args.files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_end_matches(".gz").trim_end_matches(".jsonl").to_owned();
        let rows = files::read_lines(file, Row::parse)?;
        // A file may hold collections of both kinds: each is measured by its own score.
        for judges_abuse in [true, false] {
            let of_kind: Vec<&Row> = rows.iter().filter(|row| row.scope.judges_abuse() == judges_abuse).collect();
            if !of_kind.is_empty() {
                sets.push(measure(&model, name.clone(), judges_abuse, &of_kind, args.worst));
            }
        }
    }
    let pooled: Vec<Scored> =
        sets.iter().filter(|set| set.judges_abuse && !set.is_made).flat_map(|set| set.scored.iter().copied()).collect();
    let pooled = calibration_error(&pooled);
    let json = json!({
        "sets": sets.iter().map(as_json).collect::<Vec<_>>(),
        "calibration_error_abuse_pooled": pooled,
    });
    Ok(Report::new(as_text(&sets, pooled), json))
}

fn measure(model: &Classifier, name: String, judges_abuse: bool, rows: &[&Row], worst: usize) -> Set {
    let score = |row: &&Row| {
        let scores = model.score(&row.text);
        (if judges_abuse { scores.abusive } else { scores.hateful }, row.is_positive())
    };
    let scored: Vec<Scored> = rows.iter().map(score).collect();
    let is_made = rows.iter().all(|row| row.source == MADE_SENTENCES);
    let gap = if is_made { gap(rows, &scored) } else { None };
    let mut mistakes: Vec<(f64, bool, String)> =
        scored.iter().zip(rows).map(|((score, is), row)| (*score, *is, row.text.clone())).collect();
    mistakes.sort_by(|a, b| b.0.total_cmp(&a.0));
    let alarms = mistakes.iter().filter(|(_, is, _)| !is).take(worst).cloned();
    let misses = mistakes.iter().rev().filter(|(_, is, _)| *is).take(worst).cloned();
    let worst = alarms.chain(misses).collect();
    Set { name, judges_abuse, is_made, scored, gap, worst }
}

/// The mean distance of the share flagged of each group's harmless sentences from the share flagged of all.
fn gap(rows: &[&Row], scored: &[Scored]) -> Option<f64> {
    let harmless: Vec<Scored> = scored.iter().filter(|(_, is)| !is).copied().collect();
    let threshold = threshold_at(&harmless, HARMLESS_FLAGGED)?;
    let mut groups = BTreeMap::<String, Vec<bool>>::new();
    for (row, (score, _)) in rows.iter().zip(scored).filter(|(row, _)| !row.is_positive()) {
        for group in groups_named(&row.text) {
            groups.entry(group).or_default().push(*score > threshold);
        }
    }
    let distances: Vec<f64> = groups
        .values()
        .filter(|flags| flags.len() >= MIN_SENTENCES)
        .map(|flags| (mean(flags.iter().map(|is| f64::from(u8::from(*is)))) - HARMLESS_FLAGGED).abs())
        .collect();
    (!distances.is_empty()).then(|| mean(distances.into_iter()))
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
    sum / count
}

fn as_text(sets: &[Set], pooled: Option<f64>) -> String {
    let mut lines = vec![format!(
        "{:<28} {:>6} {:>8}  {:<7} {:>6} {:>6} {:>6} {:>6}",
        "set", "rows", "positive", "score", "AUC", "recall", "calib.", "gap"
    )];
    let figure = |figure: Option<f64>| figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.3}"));
    for set in sets {
        lines.push(format!(
            "{:<28} {:>6} {:>8}  {:<7} {:>6} {:>6} {:>6} {:>6}",
            set.name,
            set.scored.len(),
            positives(set),
            head(set),
            figure(roc_auc(&set.scored)),
            figure(recall_at(&set.scored, ALLOWED_FALSE_POSITIVES)),
            figure(calibration_error(&set.scored)),
            figure(set.gap),
        ));
    }
    lines.push(format!("\nCalibration error of all that judge abuse, pooled: {}", figure(pooled)));
    for set in sets.iter().filter(|set| !set.worst.is_empty()) {
        lines.push(format!("\n{}: the worst mistakes", set.name));
        lines.extend(set.worst.iter().map(|(score, is, text)| {
            let what = if *is { "missed" } else { "alarm " };
            format!("  {what} {score:.3}  {}", one_line(text))
        }));
    }
    lines.join("\n")
}

/// The beginning of a text, on one line and without control characters, which would steer the terminal.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(160).collect()
}

fn as_json(set: &Set) -> Value {
    let worst = |(score, is, text): &(f64, bool, String)| json!({ "score": score, "positive": is, "text": text });
    json!({
        "set": set.name,
        "rows": set.scored.len(),
        "positives": positives(set),
        "score": head(set),
        "roc_auc": roc_auc(&set.scored),
        "recall_at_5_percent": recall_at(&set.scored, ALLOWED_FALSE_POSITIVES),
        "calibration_error": calibration_error(&set.scored),
        "identity_gap": set.gap,
        "worst": set.worst.iter().map(worst).collect::<Vec<_>>(),
    })
}

fn head(set: &Set) -> &'static str {
    if set.judges_abuse { "abusive" } else { "hateful" }
}

fn positives(set: &Set) -> usize {
    set.scored.iter().filter(|(_, is)| *is).count()
}
