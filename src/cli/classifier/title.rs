//! `belowline classifier report|retrain|revert`: what a title learnt from its moderators.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use serde_json::json;

use crate::accounts;
use crate::app::App;
use crate::cli::start::{begin_logging, open};
use crate::cli::{Global, Report};
use crate::comments;
use crate::kernel::{AccountId, Actor, TitleId, shortened};
use crate::rulebook::learning::{self, Learnt};
use crate::rules::classifier::{ModeratorAgreement, PromotionVerdict};
use crate::titles;

/// How wide a bar of 100 % is.
const BAR_CHARS: usize = 30;

/// How much of a comment is shown.
const SHOWN_CHARS: usize = 70;

/// Show what a title learnt last from its moderators' decisions, and why that came into force or did not.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline classifier report --title harbour-post")]
pub(in crate::cli) struct ShowReport {
    /// Whose.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
}

/// Learn now from a title's decisions, instead of waiting until there are enough new ones.
///
/// The newest fifth of the decisions judges what the others taught; only what is better comes into force.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline classifier retrain --title harbour-post --allow 10")]
pub(in crate::cli) struct Retrain {
    /// Whose.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
    /// From now on, of a thousand comments that moderators would keep, flag at most so many.
    #[arg(long, value_name = "PER-THOUSAND", value_parser = clap::value_parser!(u32).range(1..=500))]
    allow: Option<u32>,
}

/// Take a title's model out of force: the one before it, or else the shipped one, judges again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline classifier revert --title harbour-post")]
pub(in crate::cli) struct Revert {
    /// Whose.
    #[arg(long, value_name = "SHORT-NAME")]
    title: TitleId,
}

async fn opened(global: &Global, title: &TitleId) -> anyhow::Result<App> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let mut work = app.read(Actor::Operator).await?;
    if titles::find(&mut work.tx, title).await?.is_none() {
        bail!("there is no title `{title}`");
    }
    Ok(app)
}

pub(super) async fn report(global: &Global, args: &ShowReport) -> anyhow::Result<Report> {
    let app = opened(global, &args.title).await?;
    let mut work = app.read(Actor::Operator).await?;
    let latest = learning::latest(&mut work.tx, &args.title).await?;
    drop(work);
    let report = match latest {
        Some(learnt) => Report::new(in_words(&app, &learnt).await?, json!(learnt)),
        None => {
            let least = app.settings.learning.min_decisions;
            Report::new(
                format!(
                    "{} has learnt nothing yet: it will after {least} decisions, or now with `belowline classifier \
                     retrain --title {}`.",
                    args.title, args.title
                ),
                json!(null),
            )
        }
    };
    app.db.close().await;
    Ok(report)
}

pub(super) async fn retrain(global: &Global, args: &Retrain) -> anyhow::Result<Report> {
    let app = opened(global, &args.title).await?;
    let bar = ProgressBar::new_spinner().with_message("learning from the title's decisions");
    bar.enable_steady_tick(Duration::from_millis(100));
    let learnt = learning::retrain(&app, Actor::Operator, &args.title, args.allow).await;
    bar.finish_and_clear();
    let learnt = learnt?;
    let report = Report::new(in_words(&app, &learnt).await?, json!(learnt));
    app.db.close().await;
    Ok(report)
}

pub(super) async fn revert(global: &Global, args: &Revert) -> anyhow::Result<Report> {
    let app = opened(global, &args.title).await?;
    let reverted = learning::revert(&app, Actor::Operator, &args.title).await?;
    app.db.close().await;
    let (from, to) = reverted.with_context(|| format!("{} is judged by the shipped model already", args.title))?;
    let now = if to == 0 { "the shipped model".to_owned() } else { format!("version {to}") };
    let text = format!("Version {from} of the model of {} is out of force; {now} judges again.", args.title);
    Ok(Report::new(text, json!({ "title": args.title, "from": from, "to": to })))
}

/// What became of it, in a sentence or two.
fn verdict_in_words(verdict: &PromotionVerdict, name: &dyn Fn(&str) -> String) -> String {
    match verdict {
        PromotionVerdict::Promoted => "It came into force: it is better, and nothing speaks against it.".to_owned(),
        PromotionVerdict::TooFewHeldOut => {
            "It did not come into force: among the newest decisions too few removed a comment, or too few kept one, to \
             judge by."
                .to_owned()
        }
        PromotionVerdict::NotBetter => {
            "It did not come into force: it does not tell the newest decisions apart any better.".to_owned()
        }
        PromotionVerdict::RecallFell => "It did not come into force: with the good comments that may be flagged, it \
             finds fewer of those that were removed."
            .to_owned(),
        PromotionVerdict::RestsOnOneModerator(moderator) => format!(
            "It did not come into force: without the decisions of {} it is no better. One person's view is not the \
             title's.",
            name(moderator)
        ),
        PromotionVerdict::ModeratorAtOdds(moderator) => format!(
            "It did not come into force: the decisions of {} are at odds with everybody else's. Please look at them.",
            name(moderator)
        ),
    }
}

async fn in_words(app: &App, learnt: &Learnt) -> anyhow::Result<String> {
    let promotion = &learnt.report.promotion;
    let mut work = app.read(Actor::Operator).await?;
    let ids: Vec<AccountId> = promotion.moderators.iter().filter_map(|one| one.moderator.parse().ok()).collect();
    let names = accounts::names_of(&mut work.tx, &ids).await?;
    let name = |id: &str| {
        let known = id.parse::<AccountId>().ok().and_then(|id| names.get(&id).cloned());
        known.unwrap_or_else(|| id.to_owned())
    };
    let mut text = format!(
        "What {} learnt at {}, version {}, from {} decisions, of which {} removed a comment; judged by the {} newest, of \
         which {} did.\n\n{}\n",
        learnt.title,
        learnt.learnt_at,
        learnt.version,
        promotion.learnt.decisions,
        promotion.learnt.removed,
        promotion.held_out,
        promotion.held_out_removed,
        verdict_in_words(&promotion.verdict, &name)
    );
    if let Some(at) = learnt.reverted_at {
        let _ = writeln!(text, "It was taken out of force at {at}.");
    }
    let before = if learnt.report.compared_with == 0 { "shipped model" } else { "model in force" };
    let allowed = learnt.report.allowed_false_positives * 100.0;
    if let (Some(current), Some(candidate)) = (promotion.current, promotion.candidate) {
        text.push('\n');
        let rows = [
            ("told apart (ROC-AUC)", current.auc, candidate.auc),
            ("removals found", current.recall, candidate.recall),
        ];
        for (what, former, now) in rows {
            bar(&mut text, &format!("{what}, {before}"), former);
            bar(&mut text, &format!("{what}, learnt"), now);
        }
        let _ = writeln!(
            text,
            "\nRemovals found: when at most {allowed:.1} % of the comments that were kept are flagged, which is above a \
             probability of {:.3}.",
            learnt.threshold
        );
    }
    let _ = writeln!(
        text,
        "Calibration error {:.3}, before {:.3}.\n\n{:24}  {:>9}  {:>8}  {:>22}",
        promotion.learnt.calibration_error_after,
        promotion.learnt.calibration_error_before,
        "moderator",
        "decisions",
        "removed",
        "foretold by the others"
    );
    for one in &promotion.moderators {
        let ModeratorAgreement { moderator, decisions, removed, foretold, .. } = one;
        let foretold = foretold.map_or_else(|| "too few to say".to_owned(), |auc| format!("{auc:.2}"));
        let _ = writeln!(text, "{:24}  {decisions:>9}  {removed:>8}  {foretold:>22}", name(moderator));
    }
    if !learnt.report.changed.is_empty() {
        text += "\nWhere the two differ most:\n";
    }
    for changed in &learnt.report.changed {
        let body = comments::find(&mut work.tx, changed.comment).await?.map_or_else(String::new, |found| found.body);
        let shown = shortened(&body.replace(char::is_whitespace, " "), SHOWN_CHARS);
        let done = if changed.is_removal { "removed" } else { "kept" };
        let _ = writeln!(text, "  {done:7}  {:.2} -> {:.2}  {shown}", changed.before, changed.after);
    }
    Ok(text)
}

fn bar(text: &mut String, what: &str, share: f64) {
    // Both are shares, so the product is small and not below zero.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of thirty characters")]
    let full = (share.clamp(0.0, 1.0) * BAR_CHARS as f64).round() as usize;
    let _ = writeln!(text, "{what:38} {:.3} {}{}", share, "█".repeat(full), "░".repeat(BAR_CHARS - full));
}
