//! `belowline subscription import`: what another billing system exported, row by row.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::Print;
use crate::kernel::Actor;
use crate::storage::Engine;
use crate::subscriptions::billing::{self, Fact, ImportRow, Malformed, Refused, RowTaken, Rows};

/// So many rows are one transaction on SQLite, which has one writer: nobody who posts waits for the whole file. On
/// PostgreSQL each is its own, as whoever takes an event locks keys before persons.
const BATCH: usize = 100;

/// What a file that cannot be used exits with.
const UNUSABLE: u8 = 2;

/// Take subscriptions over from a file of comma-separated values.
///
/// The first line names the columns, in any order: issuer, subject, status and valid_until (empty: until changed) are needed;
/// subscription, customer, payment_fingerprint, seat, plan and at (when it was so; unless told, now) may be there. Each row
/// counts as a message of /webhooks/billing would. Rows with a mistake are told and left out; one that was taken before and
/// is still so changes nothing, so that a file can be imported again. The exit code is 1 when a row was left out, and 2 when
/// the file cannot be used, or not to its end.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline subscription import subscribers.csv --dry-run")]
pub(in crate::cli) struct Import {
    /// The file, in UTF-8.
    file: PathBuf,
    /// Say what would happen, row by row as things stand now, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What came of the rows.
#[derive(Default)]
struct Sum {
    rows: u64,
    known: u64,
    added: u64,
    changed: u64,
    unchanged: u64,
    by_status: BTreeMap<&'static str, u64>,
    refused: u64,
}

pub(super) async fn run(app: &App, args: &Import, print: Print) -> anyhow::Result<ExitCode> {
    let opened = open(app, args);
    let (mut rows, size) = match opened {
        Ok(opened) => opened,
        Err(complaint) => {
            app.db.close().await;
            // With standard error gone the exit code has to say it alone.
            let _ = writeln!(io::stderr(), "belowline: {}: {complaint}", args.file.display());
            return Ok(ExitCode::from(UNUSABLE));
        }
    };
    let bar = ProgressBar::new(size);
    let style = "{bar:40} {percent:>3} % of {binary_total_bytes}, {msg}, {elapsed}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    let mut import = Running { app, is_dry_run: args.dry_run, seen: HashSet::new(), sum: Sum::default() };
    let mut out = Out { print, has_begun: false };
    let broken = loop {
        let (refused, end) = import.batch(&mut rows).await?;
        bar.suspend(|| refused.iter().try_for_each(|one| out.refused(one)))?;
        match end {
            Ok(true) => {
                bar.set_position(rows.position());
                bar.set_message(format!("{} rows", HumanCount(import.sum.rows)));
            }
            Ok(false) => break None,
            Err(fault) => break Some(fault.0),
        }
    };
    bar.finish_and_clear();
    app.db.close().await;
    out.finish(&import.sum, broken.as_deref(), args.dry_run)?;
    Ok(match broken {
        Some(_) => ExitCode::from(UNUSABLE),
        None if import.sum.refused > 0 => ExitCode::FAILURE,
        None => ExitCode::SUCCESS,
    })
}

/// The rows of the file, and how many bytes it has.
fn open(app: &App, args: &Import) -> Result<(Rows<File>, u64), String> {
    let file = File::open(&args.file).map_err(|error| format!("cannot be opened: {error}"))?;
    let size = file.metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
    let rows = Rows::open(file, app.now()).map_err(|fault| fault.to_string())?;
    Ok((rows, size))
}

struct Running<'a> {
    app: &'a App,
    is_dry_run: bool,
    /// What a dry run has seen, by the beginning of what each row is known by: nothing else remembers it.
    seen: HashSet<u64>,
    sum: Sum,
}

impl Running<'_> {
    /// Takes the next rows in one transaction; answers what was refused, and whether there are more, or why the file cannot
    /// be read on.
    async fn batch(&mut self, rows: &mut Rows<File>) -> anyhow::Result<(Vec<Refused>, Result<bool, Malformed>)> {
        let is_alone = self.is_dry_run || self.app.db.engine() == Engine::Postgres;
        let (mut refused, mut good, mut end) = (Vec::new(), Vec::new(), Ok(true));
        while good.len() < if is_alone { 1 } else { BATCH } && refused.len() < BATCH {
            match rows.next_row(&self.app.keys) {
                Ok(Some(Ok(row))) => good.push(row),
                Ok(Some(Err(faults))) => {
                    self.sum.refused += 1;
                    refused.extend(faults);
                }
                Ok(None) => {
                    end = Ok(false);
                    break;
                }
                Err(fault) => {
                    end = Err(fault);
                    break;
                }
            }
            self.sum.rows += 1;
        }
        if !good.is_empty() {
            self.take(good).await?;
        }
        Ok((refused, end))
    }

    async fn take(&mut self, good: Vec<ImportRow>) -> anyhow::Result<()> {
        let mut work = self.app.write(Actor::Operator).await?;
        for row in good {
            if self.is_dry_run && !self.is_news(&row) {
                self.sum.known += 1;
                continue;
            }
            let status = if let Fact::Status { status, .. } = row.told.fact { Some(status) } else { None };
            let taken = billing::take_row(&mut work, &self.app.keys, row).await?;
            *match taken {
                RowTaken::Known => &mut self.sum.known,
                RowTaken::Added => &mut self.sum.added,
                RowTaken::Changed => &mut self.sum.changed,
                RowTaken::Unchanged => &mut self.sum.unchanged,
            } += 1;
            if let (Some(status), true) = (status, taken != RowTaken::Known) {
                *self.sum.by_status.entry(status.as_str()).or_default() += 1;
            }
        }
        if !self.is_dry_run {
            work.commit().await?;
        }
        Ok(())
    }

    fn is_news(&mut self, row: &ImportRow) -> bool {
        let beginning = row.told.id.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok());
        beginning.is_none_or(|beginning| self.seen.insert(beginning))
    }
}

/// What is said of it, each refused row at once: a file of nothing else does not fill the memory.
struct Out {
    print: Print,
    has_begun: bool,
}

impl Out {
    fn refused(&mut self, one: &Refused) -> io::Result<()> {
        match self.print {
            Print::Text => {
                let column = one.column.map(|column| format!(", {column}")).unwrap_or_default();
                let value = one.value.as_ref().map(|value| format!(": {value:?}")).unwrap_or_default();
                say(&format!("line {}{column}: {}{value}\n", one.line, one.reason))
            }
            Print::Json => {
                let json = json!({ "line": one.line, "column": one.column, "reason": one.reason, "value": one.value });
                let before = if self.has_begun { "," } else { "{\"refused\":[" };
                self.has_begun = true;
                say(&format!("{before}{json}"))
            }
        }
    }

    fn finish(&self, sum: &Sum, broken: Option<&str>, is_dry_run: bool) -> io::Result<()> {
        match self.print {
            Print::Text => say(&in_words(sum, broken, is_dry_run)),
            Print::Json => {
                let before = if self.has_begun { "" } else { "{\"refused\":[" };
                let json = as_json(sum, broken, is_dry_run).to_string();
                say(&format!("{before}],{}\n", json.trim_start_matches('{')))
            }
        }
    }
}

/// Writes to standard output; that nobody reads any more is no reason to stop.
fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn in_words(sum: &Sum, broken: Option<&str>, is_dry_run: bool) -> String {
    let taken = sum.added + sum.changed + sum.unchanged;
    let (verb, left) = if is_dry_run { ("would be taken", "would be left out") } else { ("taken", "left out") };
    let by_status: Vec<String> = sum.by_status.iter().map(|(status, count)| format!("{count} {status}")).collect();
    let kinds = format!("{} new, {} changed, {} as before", sum.added, sum.changed, sum.unchanged);
    let kinds = if taken == 0 { String::new() } else { format!(" ({}; {kinds})", by_status.join(", ")) };
    let broken = broken.map(|broken| format!("{broken}\n")).unwrap_or_default();
    let dry = if is_dry_run { "This was a dry run: nothing has changed.\n" } else { "" };
    format!(
        "{broken}{} rows: {taken} {verb}{kinds}, {} known already, {} {left}.\n{dry}",
        sum.rows, sum.known, sum.refused
    )
}

fn as_json(sum: &Sum, broken: Option<&str>, is_dry_run: bool) -> Value {
    json!({
        "rows": sum.rows, "applied": sum.added + sum.changed + sum.unchanged, "by_status": sum.by_status,
        "added": sum.added, "changed": sum.changed, "unchanged": sum.unchanged, "known": sum.known,
        "refused_rows": sum.refused, "stopped": broken, "dry_run": is_dry_run,
    })
}
