//! `belowline rules backtest`: what rules would have done to past comments.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::json;

use super::marked::bracketed;
use super::unusable;
use crate::app::App;
use crate::cli::house_rules::read;
use crate::cli::start::{begin_logging, open};
use crate::cli::{Global, Report};
use crate::comments::Period;
use crate::kernel::{Actor, BacktestId, Clock as _, Id as _, SystemClock, Timestamp, TitleId, ago};
use crate::rulebook::backtest::{self, DriveError, Driven, Progress, RequestError, RuleReport, Ruling};

/// Try rules on past comments: what they would have done, and how often moderators agree.
///
/// The facts of the time are the stored ones; text, lists and classifier are judged anew. A backtest that is stopped or
/// killed keeps what it has counted: --resume goes on from there, and so does a running server.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules backtest rules.toml --since 90d --title harbour-post")]
pub(in crate::cli) struct Backtest {
    /// The rules, in TOML, whatever their mode.
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    file: Option<PathBuf>,
    /// From when on: so long ago, as 90d or 36h, or a date.
    #[arg(long, value_name = "WHEN", default_value = "90d", value_parser = moment)]
    since: Timestamp,
    /// Until when; unless told, until now.
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    until: Option<Timestamp>,
    /// Whose comments; unless told, every title's.
    #[arg(long, value_name = "SHORT-NAME")]
    title: Option<TitleId>,
    /// How many threads to judge with; unless told, as many as the machine has.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Go on with a backtest that was stopped, bkt_….
    #[arg(long, value_name = "BACKTEST")]
    resume: Option<BacktestId>,
}

/// Reads a moment before now.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    ago(text, SystemClock.now()).map_err(|error| error.to_string())
}

pub(super) async fn run(global: &Global, args: &Backtest) -> anyhow::Result<Report> {
    let source = args.file.as_deref().map(read).transpose()?;
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let lease = app.ids.mint::<BacktestId>(app.now()).uuid();
    let id = match (args.resume, &args.file, &source) {
        (Some(id), ..) => id,
        (None, Some(file), Some(source)) => {
            let period = Period { since: args.since, until: args.until.unwrap_or_else(|| app.now()) };
            let asked = backtest::request(&app, Actor::Operator, args.title.as_ref(), source, period, Some(lease));
            asked
                .await
                .map_err(|error| match error {
                    RequestError::Invalid(complaints) => unusable(file, source, &complaints),
                    other => other.into(),
                })?
                .id
        }
        _ => bail!("name a file of rules, or a backtest to --resume"),
    };
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let report = drive(&app, id, lease, threads).await?;
    app.db.close().await;
    let mut json = json!(report);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("id".to_owned(), json!(id));
    }
    Ok(Report::new(in_words(id, &report), json))
}

/// Drives it to its end, or watches whoever does.
async fn drive(
    app: &App,
    id: BacktestId,
    lease: uuid::Uuid,
    threads: NonZeroUsize,
) -> anyhow::Result<backtest::Report> {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template(
        "{bar:40} {percent:>3} % {human_pos} of {human_len} comments, {elapsed}, {eta} left {msg}",
    ) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopping.store(true, Ordering::Relaxed);
        }
    });
    let on = bar.clone();
    let mut show = move |progress: Progress| {
        on.set_length(progress.total);
        on.set_position(progress.examined);
    };
    loop {
        let driven = backtest::drive(app, id, lease, threads, &stop, &mut show).await;
        match driven {
            Ok(Driven::Done(report)) => {
                bar.finish_and_clear();
                return Ok(*report);
            }
            Ok(Driven::Busy) if !stop.load(Ordering::Relaxed) => {
                bar.set_message("(another process works on it)");
                tokio::time::sleep(Duration::from_millis(500)).await;
                let mut work = app.read(Actor::Operator).await?;
                let found = backtest::find(&mut work.tx, id).await?.context("the backtest is gone")?;
                show(Progress { examined: found.examined(), total: found.total });
            }
            Ok(Driven::Busy | Driven::Paused) => {
                bar.abandon();
                bail!("stopped; go on with: belowline rules backtest --resume {id}");
            }
            Ok(Driven::Cancelled) => bail!("somebody stopped {id}"),
            Err(DriveError::NotFound) => bail!("there is no backtest {id}"),
            Err(error) => return Err(error.into()),
        }
    }
}

fn in_words(id: BacktestId, report: &backtest::Report) -> String {
    let mut text = format!(
        "{} comments of {} subscribers, {} to {}, judged in {:.1} s.\nModerators removed {} of them and approved {}; \
         the rules now in force would not publish {}.\n\n",
        HumanCount(report.examined),
        HumanCount(report.subscribers),
        report.since,
        report.until,
        report.seconds,
        HumanCount(report.removed),
        HumanCount(report.approved),
        HumanCount(report.caught)
    );
    if report.examined == 0 {
        text += "There are no comments in this time: nothing can be said of the rules.\n";
        return text;
    }
    let width = report.rules.iter().chain(&report.shadow).map(|rule| rule.id.chars().count()).max().unwrap_or(4).max(4);
    let _ = writeln!(
        text,
        "{:width$}  {:9}  {:>9}  {:21}  {:21}  {:>11}  {:>7}  over time",
        "rule", "leads to", "hits", "precision (95 %)", "recall (95 %)", "subscribers", "caught"
    );
    for rule in &report.rules {
        row(&mut text, rule, width);
    }
    if !report.shadow.is_empty() {
        text += "\nWhat rules on trial recorded when the comments came:\n";
        for rule in &report.shadow {
            row(&mut text, rule, width);
        }
    }
    for rule in report.rules.iter().filter(|rule| !rule.examples.is_empty()) {
        let _ = writeln!(text, "\n{}", rule.id);
        for example in &rule.examples {
            let decided = match example.decision {
                Some(Ruling::Removed) => "removed ",
                Some(Ruling::Approved) => "approved",
                None => "        ",
            };
            let _ = writeln!(text, "  {decided}  {}", bracketed(&example.text, &example.spans));
        }
    }
    let _ = write!(
        text,
        "\nprecision: of its hits that moderators decided, the share they removed; recall: of what they removed, the\n\
         share it hits; subscribers: the share of authors that it meets; caught: hits that the rules now in force do\n\
         not publish anyway. {id} keeps this report for 90 days."
    );
    text
}

fn row(text: &mut String, rule: &RuleReport, width: usize) {
    let _ = writeln!(
        text,
        "{:width$}  {:9}  {:>9}  {:21}  {:21}  {:>9.1} %  {:>7}  {}{}",
        rule.id,
        rule.then.as_deref().unwrap_or(""),
        HumanCount(rule.hits).to_string(),
        with_interval(rule.precision, rule.interval),
        with_interval(rule.recall, rule.recall_interval),
        rule.subscribers_share * 100.0,
        HumanCount(rule.already_caught).to_string(),
        sparkline(&rule.over_time),
        if rule.faults > 0 { format!("  no answer on {}", HumanCount(rule.faults)) } else { String::new() },
    );
}

fn with_interval(share: Option<f64>, interval: Option<[f64; 2]>) -> String {
    match (share, interval) {
        (Some(share), Some([low, high])) => {
            format!("{:.1} % ({:.1}–{:.1})", share * 100.0, low * 100.0, high * 100.0)
        }
        _ => "–".to_owned(),
    }
}

/// Counts as bars of eight heights, at most thirty.
fn sparkline(counts: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let joined: Vec<u64> = counts.chunks(counts.len().div_ceil(30).max(1)).map(|part| part.iter().sum()).collect();
    let most = joined.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: u64| match count {
        0 => ' ',
        count => {
            usize::try_from((count * 8).div_ceil(most) - 1).ok().and_then(|at| BARS.get(at).copied()).unwrap_or('█')
        }
    };
    joined.into_iter().map(bar).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_drawn_to_their_highest() {
        assert_eq!(sparkline(&[0, 1, 4, 8]), " ▁▄█");
        assert_eq!(sparkline(&[]), "");
        assert_eq!(sparkline(&[5; 90]).chars().count(), 30);
        assert_eq!(sparkline(&[0, 0]), "");
    }

    #[test]
    fn a_share_comes_with_where_it_may_lie() {
        assert_eq!(with_interval(Some(0.5), Some([0.25, 0.75])), "50.0 % (25.0–75.0)");
        assert_eq!(with_interval(None, None), "–");
    }
}
