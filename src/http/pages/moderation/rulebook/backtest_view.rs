//! What came of a trial, in words and bars.

use fluent_bundle::FluentValue;

use super::head::At;
use crate::app::App;
use crate::http::pages::marked::marked;
use crate::http::pages::views::{BacktestRow, Chart, ExampleView, ReportView, RuleResult};
use crate::kernel::Words;
use crate::rulebook::backtest::{Backtest, Example, Report, RuleReport, Ruling, State};

/// A trial as a row; `by` is who asked for it.
pub(super) fn row_of(at: &At, backtest: &Backtest, by: String) -> BacktestRow {
    BacktestRow {
        id: backtest.id.to_string(),
        state_key: match backtest.state {
            State::Open => "backtest-open",
            State::Done => "backtest-done",
            State::Failed => "backtest-failed",
            State::Cancelled => "backtest-cancelled",
        },
        is_open: backtest.state == State::Open,
        since: at.moments.day(backtest.period.since),
        until: at.moments.day(backtest.period.until),
        examined: backtest.examined(),
        total: backtest.total.max(backtest.examined()),
        by,
        at: at.moments.moment(backtest.requested_at),
    }
}

/// The whole report.
pub(super) fn report_of(app: &App, at: &At, report: &Report) -> ReportView {
    let words = &app.words;
    let sentence = |key: &str, arguments: &[(&str, FluentValue<'_>)]| words.with(key, arguments);
    let rule = |rule: &RuleReport| result_of(words, at, report, rule);
    ReportView {
        summary: sentence(
            "report-summary",
            &[
                ("comments", report.examined.into()),
                ("subscribers", report.subscribers.into()),
                ("seconds", FluentValue::from(format!("{:.1}", report.seconds))),
            ],
        ),
        background: sentence(
            "report-background",
            &[
                ("removed", report.removed.into()),
                ("approved", report.approved.into()),
                ("caught", report.caught.into()),
            ],
        ),
        chart: chart_of(words, at, report, &report.over_time),
        rules: report.rules.iter().map(rule).collect(),
        shadow: report.shadow.iter().map(rule).collect(),
    }
}

/// Bars, and the same in a sentence for whoever cannot see them.
fn chart_of(words: &Words, at: &At, report: &Report, counts: &[u64]) -> Chart {
    let most = counts.iter().copied().max().unwrap_or(0);
    let peak = counts.iter().position(|count| *count == most).and_then(|place| u64::try_from(place).ok()).unwrap_or(0);
    let offset = std::time::Duration::from_secs(report.bucket_seconds.saturating_mul(peak));
    let label = words.with(
        "chart-label",
        &[
            ("sum", counts.iter().sum::<u64>().into()),
            ("from", at.moments.day(report.since).shown.into()),
            ("to", at.moments.day(report.until).shown.into()),
            ("most", most.into()),
            ("peak", at.moments.day(report.since.plus(offset)).shown.into()),
        ],
    );
    Chart::new(counts, label)
}

fn result_of(words: &Words, at: &At, report: &Report, rule: &RuleReport) -> RuleResult {
    RuleResult {
        id: rule.id.clone(),
        then: rule.then.clone().unwrap_or_default(),
        hits: rule.hits,
        precision: with_interval(words, rule.precision, rule.interval),
        recall: with_interval(words, rule.recall, rule.recall_interval),
        subscribers: words.with("share", &[("share", percent(rule.subscribers_share).into())]),
        already_caught: rule.already_caught,
        faults: rule.faults,
        chart: chart_of(words, at, report, &rule.over_time),
        examples: rule.examples.iter().map(|example| example_of(at, example)).collect(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

/// A share with where it may lie; a dash where nothing is known.
fn with_interval(words: &Words, share: Option<f64>, interval: Option<[f64; 2]>) -> String {
    match (share, interval) {
        (Some(share), Some([low, high])) => words.with(
            "share-with-interval",
            &[("share", percent(share).into()), ("low", percent(low).into()), ("high", percent(high).into())],
        ),
        _ => "–".to_owned(),
    }
}

fn example_of(at: &At, example: &Example) -> ExampleView {
    ExampleView {
        comment: example.comment.to_string(),
        at: at.moments.moment(example.created_at),
        segments: marked(&example.text, &example.spans),
        decision_key: match example.decision {
            Some(Ruling::Removed) => "example-removed",
            Some(Ruling::Approved) => "example-approved",
            None => "example-undecided",
        },
        is_already_caught: example.already_caught,
    }
}
