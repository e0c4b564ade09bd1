//! `belowline rules judge`: many texts, one verdict a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::engine::By;
use crate::cli::Global;
use crate::kernel::{Clock as _, SystemClock, Timestamp};
use crate::rules::{Facts, Finding, RuleSet, Verdict, evaluate};

/// How many lines each thread is given at a time.
const BATCH: usize = 512;

/// The longest line.
const MAX_LINE_BYTES: u64 = 4 * 1024 * 1024;

/// Judge the texts of a file, one JSON object a line, and print a verdict for each, in order.
///
/// A line has `id` and `text`; further fields are left alone. Without --title no database is needed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  belowline rules judge comments.jsonl --print jsonl --threads 2")]
pub(in crate::cli) struct Judge {
    /// The texts; `-` reads standard input.
    file: PathBuf,
    #[command(flatten)]
    by: By,
    /// How many threads to judge with.
    #[arg(long, value_name = "N", default_value = "1")]
    threads: NonZeroUsize,
}

#[derive(Debug, Deserialize)]
struct Line {
    id: Value,
    text: String,
}

pub(super) async fn run(global: &Global, args: &Judge) -> anyhow::Result<()> {
    let rules = args.by.rule_set(global).await?;
    let now = SystemClock.now();
    let mut lines = Lines::open(&args.file)?;
    let mut out = BufWriter::new(io::stdout().lock());
    loop {
        let (batch, fault) = lines.batch(BATCH * args.threads.get());
        for text in judged(&rules, now, &batch, args.threads.get()) {
            match writeln!(out, "{text}") {
                // Nobody reads any more.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                other => other?,
            }
        }
        if let Some(fault) = fault {
            out.flush()?;
            return Err(fault);
        }
        if batch.is_empty() {
            break;
        }
    }
    match out.flush() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// The lines of a file, counted.
struct Lines {
    name: String,
    reader: Box<dyn BufRead>,
    number: usize,
}

impl Lines {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let reader: Box<dyn BufRead> = if name == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            Box::new(BufReader::new(File::open(path).with_context(|| format!("{name} cannot be read"))?))
        };
        Ok(Self { name, reader, number: 0 })
    }

    /// The next lines, at most `count`, and what was wrong with the line after them.
    fn batch(&mut self, count: usize) -> (Vec<Line>, Option<anyhow::Error>) {
        let mut lines = Vec::new();
        while lines.len() < count {
            match self.line() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break,
                Err(error) => return (lines, Some(error)),
            }
        }
        (lines, None)
    }

    fn line(&mut self) -> anyhow::Result<Option<Line>> {
        loop {
            self.number += 1;
            let mut bytes = Vec::new();
            let place = || format!("{}, line {}", self.name, self.number);
            let read = io::Read::take(&mut self.reader, MAX_LINE_BYTES).read_until(b'\n', &mut bytes);
            let read = read.with_context(place)?;
            if read == 0 {
                return Ok(None);
            }
            if !bytes.ends_with(b"\n") && u64::try_from(read).unwrap_or(u64::MAX) >= MAX_LINE_BYTES {
                bail!("{}: the line is longer than 4 MiB", place());
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_slice(&bytes).with_context(place)?;
            if !matches!(line.id, Value::String(_) | Value::Number(_)) {
                bail!("{}: `id` is neither text nor a number", place());
            }
            return Ok(Some(line));
        }
    }
}

/// A verdict for each line, in order.
fn judged(rules: &RuleSet, now: Timestamp, lines: &[Line], threads: usize) -> Vec<Value> {
    let judge = |lines: &[Line]| -> Vec<Value> { lines.iter().map(|line| verdict_on(rules, now, line)).collect() };
    let share = lines.len().div_ceil(threads).max(1);
    if threads == 1 || lines.len() <= share {
        return judge(lines);
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> = lines.chunks(share).map(|part| scope.spawn(move || judge(part))).collect();
        // A verdict is total: a thread that died would be a fault of the engine, and is passed on.
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn verdict_on(rules: &RuleSet, now: Timestamp, line: &Line) -> Value {
    let facts = Facts { text: line.text.clone(), ..Facts::nobody(now) };
    as_json(&line.id, &evaluate(rules, &facts))
}

/// A verdict as a line of output.
pub(super) fn as_json(id: &Value, verdict: &Verdict) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "rule": finding.rule,
            "version": finding.version,
            "clause": finding.clause,
            "weight": finding.weight,
            "spans": finding.spans,
        })
    };
    json!({
        "id": id,
        "outcome": verdict.outcome.as_str(),
        "probabilities": verdict.probabilities,
        "findings": verdict.findings.iter().map(finding).collect::<Vec<_>>(),
        "faults": verdict.faults.iter().map(|fault| json!({ "rule": fault.rule, "code": fault.code })).collect::<Vec<_>>(),
    })
}
