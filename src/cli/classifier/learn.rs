//! `belowline classifier learn`: a title's own model from its moderators' decisions.

use std::path::PathBuf;

use serde_json::json;

use super::files;
use crate::cli::Report;
use crate::rules::classifier::{Decision, learn};

/// Learn a title's own model from its moderators' decisions.
///
/// The file has one JSON object a line, plain or packed by gzip (.gz): `text`, and `removed` (true or false). The
/// figures printed come from judging each fifth of the decisions by what the other four taught.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline classifier learn --decisions decisions.jsonl --out title.model")]
pub(in crate::cli) struct Learn {
    /// The decisions.
    #[arg(long, value_name = "FILE")]
    decisions: PathBuf,
    /// Where the model is written, whole or not at all.
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// Learn from this model on instead of the one that Belowline comes with.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
}

pub(super) fn run(args: &Learn) -> anyhow::Result<Report> {
    let prior = files::model(args.model.as_deref())?;
    let decisions = files::read_lines(&args.decisions, Decision::parse)?;
    let learned = learn(&prior, &decisions)?;
    files::write_whole(&args.out, &learned.classifier.to_bytes())?;
    let report = learned.report;
    let how = if report.strength > 0.0 { "has learnt from" } else { "keeps its weights and is calibrated to" };
    let text = format!(
        "{} {how} {} decisions, of which {} removed a comment.\n  ROC-AUC {:.3} -> {:.3}, calibration error {:.3} -> {:.3}",
        args.out.display(),
        report.decisions,
        report.removed,
        report.auc_before,
        report.auc_after,
        report.calibration_error_before,
        report.calibration_error_after,
    );
    let json = json!({
        "out": args.out,
        "decisions": report.decisions,
        "removed": report.removed,
        "strength": report.strength,
        "auc_before": report.auc_before,
        "auc_after": report.auc_after,
        "calibration_error_before": report.calibration_error_before,
        "calibration_error_after": report.calibration_error_after,
    });
    Ok(Report::new(text, json))
}
