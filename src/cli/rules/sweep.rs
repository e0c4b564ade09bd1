//! `belowline rules sweep`: what judges a title now, run over what was published before.

use std::fmt::Write as _;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::json;

use super::backtest::moment;
use super::counted;
use super::marked::bracketed;
use crate::app::App;
use crate::cli::start::{begin_logging, open};
use crate::cli::{Global, Report};
use crate::kernel::{Actor, SweepId, Timestamp, TitleId};
use crate::rulebook::sweep::{self, Examined, SweepForm, Swept};
use crate::rules::Span;

/// How many of the comments are listed.
const LISTED: usize = 20;

/// Run a title's list and live rules over comments that were published before them.
///
/// Unless --hold is given it only says what would be held. What a moderator has approved or put back stays; --undo
/// publishes again what a sweep held and nobody has decided since.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  belowline rules sweep --title harbour-post --since 24h\n  \
                        belowline rules sweep --title harbour-post --since 24h --rule newcomers-links --hold\n  \
                        belowline rules sweep --undo swp_01h455vb4pex5vsknk084sn02q")]
pub(in crate::cli) struct Sweep {
    /// Whose comments.
    #[arg(long, value_name = "SHORT-NAME", required_unless_present = "undo")]
    title: Option<TitleId>,
    /// From when on: so long ago, as 24h, or a date; at most 30 days.
    #[arg(long, value_name = "WHEN", default_value = "24h", value_parser = moment)]
    since: Timestamp,
    /// Only by this rule, or `word-list`; may stand several times.
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// Hold them, instead of only saying which.
    #[arg(long)]
    hold: bool,
    /// Undo this sweep, swp_….
    #[arg(long, value_name = "SWEEP", conflicts_with_all = ["title", "rules", "hold"])]
    undo: Option<SweepId>,
}

pub(super) async fn run(global: &Global, args: &Sweep) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let report = match (&args.undo, &args.title) {
        (Some(id), _) => undo(&app, *id).await?,
        (None, Some(title)) => {
            let form = SweepForm { title: title.clone(), since: args.since, rules: args.rules.clone() };
            if args.hold {
                hold(&app, &form).await?
            } else {
                let found = sweep::examine(&app, Actor::Operator, &form).await?;
                Report::new(in_words(&found), examined_json(&found))
            }
        }
        (None, None) => anyhow::bail!("name a --title to sweep, or a sweep to --undo"),
    };
    app.db.close().await;
    Ok(report)
}

async fn hold(app: &App, form: &SweepForm) -> anyhow::Result<Report> {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} comments, {eta} left") {
        bar.set_style(style);
    }
    let mut progress = |done: usize, count: usize| {
        bar.set_length(count as u64);
        bar.set_position(done as u64);
    };
    let swept = sweep::sweep(app, Actor::Operator, form, &mut progress).await;
    bar.finish_and_clear();
    let Swept { sweep, examined, decided } = swept?;
    let text = format!(
        "{} of {} comments wait for a moderator now; {} were left to what moderators decided.\n\
         To undo it: belowline rules sweep --undo {}",
        HumanCount(u64::try_from(sweep.held_count).unwrap_or(0)),
        HumanCount(examined),
        HumanCount(decided),
        sweep.id
    );
    let json = json!({ "sweep": sweep.id, "examined": examined, "held": sweep.held_count, "decided": decided });
    Ok(Report::new(text, json))
}

async fn undo(app: &App, id: SweepId) -> anyhow::Result<Report> {
    let undone = sweep::undo(app, Actor::Operator, id).await?;
    let text = format!(
        "{} published again; {} moved since and stay as they are.",
        counted(usize::try_from(undone.restored).unwrap_or(usize::MAX), "comment"),
        HumanCount(undone.left)
    );
    Ok(Report::new(text, json!({ "sweep": id, "restored": undone.restored, "left": undone.left })))
}

fn in_words(found: &Examined) -> String {
    let mut text = format!(
        "{} of {} comments would be held; {} more would, had moderators not decided on them.\n",
        HumanCount(found.caught.len() as u64),
        HumanCount(found.examined),
        HumanCount(found.decided)
    );
    for caught in found.caught.iter().take(LISTED) {
        let mut spans: Vec<Span> = caught.findings.iter().flat_map(|finding| finding.spans.clone()).collect();
        spans.sort_unstable();
        spans.dedup_by(|next, former| {
            let is_within = next.start < former.end;
            former.end = if is_within { former.end.max(next.end) } else { former.end };
            is_within
        });
        let rules: Vec<&str> = caught.findings.iter().map(|finding| &*finding.rule).collect();
        let _ = writeln!(
            text,
            "  {}  {}\n    {}",
            caught.comment.id,
            rules.join(", "),
            bracketed(&caught.comment.body, &spans)
        );
    }
    if found.caught.len() > LISTED {
        let _ = writeln!(text, "  and {} more", found.caught.len() - LISTED);
    }
    if !found.caught.is_empty() {
        text += "Nothing is held yet; --hold does it.";
    }
    text
}

fn examined_json(found: &Examined) -> serde_json::Value {
    let caught: Vec<_> = found
        .caught
        .iter()
        .map(|caught| {
            let rules: Vec<&str> = caught.findings.iter().map(|finding| &*finding.rule).collect();
            json!({ "comment": caught.comment.id, "rules": rules })
        })
        .collect();
    json!({ "examined": found.examined, "would_hold": caught.len(), "decided": found.decided, "comments": caught })
}
