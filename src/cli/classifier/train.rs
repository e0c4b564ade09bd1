//! `belowline classifier train`: a model from labelled collections.

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::files;
use crate::cli::Report;
use crate::rules::classifier::{HeadName, Progress, Row, Stage, train};

/// Train a model on labelled comments.
///
/// Each file has one JSON object a line, plain or packed by gzip (.gz): `text`, `label` (0 or 1), `category`, `source`
/// and `scope` (toxicity, offence, hate, sexism or hostile-or-antagonise). The same files in the same order with the
/// same seed make the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline classifier train train/*.jsonl.gz --out my.model")]
pub(in crate::cli) struct Train {
    /// The labelled comments.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the model is written, whole or not at all.
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// Decides which comments are kept back to calibrate with.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
}

/// A fit is seldom longer; the bar waits at the end of its part if it is.
const STEPS_A_STAGE: u64 = 100;

pub(super) fn run(args: &Train) -> anyhow::Result<Report> {
    let mut rows = Vec::new();
    for file in &args.files {
        rows.extend(files::read_lines(file, Row::parse)?);
    }
    let bar = ProgressBar::new(6 * STEPS_A_STAGE);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} % {elapsed} {msg}") {
        bar.set_style(style);
    }
    let trained = train(&rows, args.seed, &mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    let (classifier, report) = trained?;
    files::write_whole(&args.out, &classifier.to_bytes())?;
    let text = format!(
        "{} is trained on {} comments; {} were left out as suspicious, {} calibrated it.",
        args.out.display(),
        report.rows,
        report.left_out,
        report.calibrated_on
    );
    let json = json!({
        "out": args.out,
        "rows": report.rows,
        "left_out": report.left_out,
        "calibrated_on": report.calibrated_on,
        "seed": args.seed,
    });
    Ok(Report::new(text, json))
}

fn show(bar: &ProgressBar, progress: Progress) {
    let (stages_before, what) = match progress.stage {
        Stage::Reading => (0, "reading the comments"),
        Stage::Sifting => (1, "finding doubtful labels"),
        Stage::Calibrating(HeadName::Abusive) => (2, "abusive: calibrating"),
        Stage::Fitting(HeadName::Abusive) => (3, "abusive: fitting"),
        Stage::Calibrating(HeadName::Hateful) => (4, "hateful: calibrating"),
        Stage::Fitting(HeadName::Hateful) => (5, "hateful: fitting"),
    };
    bar.set_message(what);
    bar.set_position(stages_before * STEPS_A_STAGE + (progress.step as u64).min(STEPS_A_STAGE));
}
