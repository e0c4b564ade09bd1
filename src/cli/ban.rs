//! `belowline ban` and `belowline unban`: the operator withdraws privileges, or gives them back.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use serde_json::json;

use super::start::{begin_logging, open};
use super::subscription::days;
use super::who::WhoPays;
use super::{Global, Report};
use crate::bans::{Fate, Privilege};
use crate::kernel::{
    Actor, BanId, BatchId, ClauseId, CommentId, Scope, SubscriberId, Timestamp, TitleId, char_count, is_storable,
};
use crate::moderation::{self, BanError, BanForm, BulkError, BulkForm};

/// The most characters of a note or a reason.
const MAX_NOTE_CHARS: usize = 1_000;

/// Ban a subscriber: withdraw privileges for a time or for good, by a clause of the house rules.
///
/// Binds every account of the subscriber and tells each why. They can still sign in, read, and withdraw their comments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline ban --email troll@example.org --clause no-abuse --days 30\n\n\
    Example: for good, in every title:\n  \
    belowline ban --subscriber subr_01h455vb4pex5vsknk084sn02q --clause no-threats --for-good --everywhere")]
#[command(group = clap::ArgGroup::new("end").required(true).args(["until", "days", "for_good"]))]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Ban {
    #[command(subcommand)]
    many: Option<Many>,
    #[command(flatten)]
    who: WhoPays,
    /// The id of the clause broken.
    #[arg(long, value_name = "CLAUSE", required = true)]
    clause: Option<ClauseId>,
    /// What to withdraw: comment, reply, recommend, report; separated by commas.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = privilege,
          default_value = "comment,reply,recommend,report")]
    privileges: Vec<Privilege>,
    /// Until this moment, as 2026-12-31T23:59:59Z.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// For so many days from now.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=36_500))]
    days: Option<u64>,
    /// For good.
    #[arg(long)]
    for_good: bool,
    /// In this title; unless told, in the clause's.
    #[arg(long, value_name = "SHORT-NAME", conflicts_with = "everywhere")]
    title: Option<TitleId>,
    /// In every title.
    #[arg(long)]
    everywhere: bool,
    /// A comment that the ban rests on, cmt_…; may stand several times.
    #[arg(long, value_name = "COMMENT")]
    evidence: Vec<CommentId>,
    /// A note for the moderators; the subscriber does not see it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Banning many at once.
#[derive(Debug, clap::Subcommand)]
enum Many {
    /// Ban every subscriber that a file names, one id in a line, in the clause's title.
    #[command(after_help = "Example:\n  belowline ban bulk raid.txt --clause no-spam --days 30 --dry-run")]
    #[command(group = clap::ArgGroup::new("bulk_end").required(true).args(["until", "days", "for_good"]))]
    Bulk(Bulk),
    /// Lift the bans that one such act made and that are still in force.
    #[command(after_help = "Example:\n  belowline ban undo bat_01h455vb4pex5vsknk084sn02q")]
    Undo {
        /// The act's id.
        batch: BatchId,
    },
}

#[derive(Debug, clap::Args)]
struct Bulk {
    /// The file: an id such as subr_… in each line; empty lines and lines that begin with # are passed over.
    file: PathBuf,
    /// The id of the clause broken.
    #[arg(long, value_name = "CLAUSE")]
    clause: ClauseId,
    /// What to withdraw: comment, reply, recommend, report; separated by commas.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = privilege,
          default_value = "comment,reply,recommend,report")]
    privileges: Vec<Privilege>,
    /// Until this moment, as 2026-12-31T23:59:59Z.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// For so many days from now.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=36_500))]
    days: Option<u64>,
    /// For good.
    #[arg(long)]
    for_good: bool,
    /// Only say how many would be banned.
    #[arg(long)]
    dry_run: bool,
}

/// Lift a ban before its time. Other bans of the subscriber stay.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  belowline unban ban_01h455vb4pex5vsknk084sn02q --reason 'Mistaken for somebody else'"
)]
pub(super) struct Unban {
    /// The ban's id.
    ban: BanId,
    /// Why it is lifted, for the record.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

fn privilege(text: &str) -> Result<Privilege, String> {
    Privilege::parse(text).ok_or_else(|| "write comment, reply, recommend or report".to_owned())
}

fn check_note(name: &str, text: &str) -> anyhow::Result<()> {
    let is_fine = !text.trim().is_empty() && char_count(text) <= MAX_NOTE_CHARS && is_storable(text);
    if is_fine { Ok(()) } else { Err(anyhow!("{name} must have 1 to {MAX_NOTE_CHARS} characters")) }
}

/// The subscribers that a file names.
fn subscribers(text: &str) -> anyhow::Result<Vec<SubscriberId>> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let named = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    named.map(|(at, line)| line.parse().with_context(|| format!("line {at}: `{line}`"))).collect()
}

async fn bulk(global: &Global, args: Bulk) -> anyhow::Result<Report> {
    let text = std::fs::read_to_string(&args.file).with_context(|| args.file.display().to_string())?;
    let subscribers = subscribers(&text)?;
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let form = BulkForm {
        subscribers,
        clause: args.clause,
        privileges: args.privileges.into_iter().collect(),
        until: args.until.or_else(|| args.days.map(|count| app.now().plus(days(count)))),
        is_dry_run: args.dry_run,
    };
    let done = moderation::bulk_ban_by_operator(&app, &form).await.map_err(|error| match error {
        BulkError::Invalid(faults) => {
            let faults: Vec<_> = faults.iter().map(|(field, code)| fault(field, code)).collect();
            anyhow!("nobody is banned:\n  {}", faults.join("\n  "))
        }
        BulkError::TooMany { left } => {
            anyhow!("nobody is banned: in these ten minutes only {left} more may be (bans.bulk_per_10_minutes)")
        }
        other => other.into(),
    })?;
    app.db.close().await;
    let text = match done.batch {
        None => format!("{} would be banned, {} are protected.", done.affected, done.protected),
        Some(batch) => format!(
            "{} are banned, {} were protected. To undo it: belowline ban undo {batch}",
            done.affected, done.protected
        ),
    };
    let json = json!({ "affected": done.affected, "protected": done.protected, "batch": done.batch });
    Ok(Report::new(text, json))
}

async fn undo(global: &Global, batch: BatchId) -> anyhow::Result<Report> {
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let lifted = moderation::undo_bulk_by_operator(&app, batch).await.with_context(|| batch.to_string())?;
    app.db.close().await;
    Ok(Report::new(format!("{lifted} bans of {batch} are lifted."), json!({ "batch": batch, "lifted": lifted })))
}

pub(super) async fn run(global: &Global, args: Ban) -> anyhow::Result<Report> {
    match args.many {
        Some(Many::Bulk(many)) => return bulk(global, many).await,
        Some(Many::Undo { batch }) => return undo(global, batch).await,
        None => {}
    }
    if let Some(note) = &args.note {
        check_note("--note", note)?;
    }
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let mut work = app.read(Actor::Operator).await?;
    let subscriber = args.who.find(&mut work.tx).await?;
    let until = args.until.or_else(|| args.days.map(|count| work.now.plus(days(count))));
    drop(work);
    let scope = if args.everywhere { Some(Scope::All) } else { args.title.map(Scope::Title) };
    let form = BanForm {
        privileges: args.privileges.into_iter().collect(),
        clause: args.clause.context("--clause is needed")?,
        scope,
        until,
        evidence: args.evidence,
        note: args.note,
        comments: Fate::Keep,
    };
    let ban = moderation::ban_by_operator(&app, subscriber, form).await.map_err(|error| match error {
        BanError::NotFound => anyhow!("there is no subscriber {subscriber}"),
        BanError::IsStaff => anyhow!("{subscriber} works for the paper there: take the role away first"),
        BanError::Invalid(faults) => {
            let faults: Vec<_> = faults.iter().map(|(field, code)| fault(field, code)).collect();
            anyhow!("the ban cannot be made:\n  {}", faults.join("\n  "))
        }
        other => other.into(),
    })?;
    app.db.close().await;
    let end = until.map_or_else(|| "for good".to_owned(), |until| format!("until {until}"));
    let text = format!(
        "The ban {} is made: the subscriber {subscriber} may not {} in {} {end}.",
        ban.id,
        ban.privileges.names().join(", "),
        ban.scope
    );
    let json = json!({
        "ban": ban.id, "subscriber": subscriber, "privileges": ban.privileges.names(), "scope": ban.scope,
        "clause": ban.clause, "until": ban.until,
    });
    Ok(Report::new(text, json))
}

fn fault(field: &str, code: &str) -> String {
    match (field, code) {
        ("clause", _) => "--clause: no title's house rules have this clause now".to_owned(),
        ("until", _) => "--until must lie in the future".to_owned(),
        ("title", _) => "--title: there is no such title".to_owned(),
        ("subscribers", "missing") => "the file names no subscriber".to_owned(),
        ("subscribers", _) => "the file names a subscriber whom there is not".to_owned(),
        ("evidence", _) => "--evidence: there is no such comment".to_owned(),
        (field, code) => format!("--{field}: {code}"),
    }
}

pub(super) async fn unban(global: &Global, args: &Unban) -> anyhow::Result<Report> {
    check_note("--reason", &args.reason)?;
    let settings = global.load()?;
    begin_logging(&settings)?;
    let app = open(settings, false).await?;
    let lifted = moderation::lift_by_operator(&app, args.ban, &args.reason).await;
    let ban = lifted.with_context(|| args.ban.to_string())?;
    app.db.close().await;
    let text = format!("The ban {} of the subscriber {} is lifted.", ban.id, ban.subscriber);
    Ok(Report::new(text, json!({ "ban": ban.id, "subscriber": ban.subscriber })))
}
