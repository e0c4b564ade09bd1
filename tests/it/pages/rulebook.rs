//! What titles are judged by, to look at: rules, differences, trials, sweeps.

use belowline::http::pages::views::*;
use belowline::rules::signals::SIGNALS;

use super::samples::Ink;

const SOURCE: [&str; 7] = [
    "[[rule]]",
    "id = \"newcomers-links\"",
    "clause = \"no-spam\"",
    "when = \"text.links > 0 && author.published < 3\"",
    "then = \"hold\"",
    "mode = \"live\"",
    "",
];

impl Ink {
    fn book_head(&self, room: Room, may_edit: bool) -> RulebookHead {
        RulebookHead {
            title: "northmere".into(),
            titles: self.titles("/moderation/titles/northmere/rules"),
            room,
            may_edit,
        }
    }

    fn version(&self, version: i64) -> VersionHead {
        VersionHead { version, by: self.w("Nora Quill"), at: self.at("2026-03-12T09:14:00Z"), kilobytes: 3 }
    }

    fn pieces(&self) -> Vec<Vec<DiffLine>> {
        let line = |sign: char, number: usize, text: &str| DiffLine {
            is_added: sign == '+',
            is_removed: sign == '-',
            number,
            text: self.w(text),
        };
        vec![
            vec![
                line(' ', 3, SOURCE[2]),
                line('-', 4, "when = \"text.links > 1\""),
                line('+', 4, SOURCE[3]),
                line(' ', 5, SOURCE[4]),
            ],
            vec![line(' ', 41, "mode = \"draft\""), line('+', 42, "daily_cap = 200")],
        ]
    }

    fn objection(&self) -> ObjectionView {
        ObjectionView {
            line: Some(4),
            message: self.w("there is no signal `text.lenght`"),
            picture: self.w("error[unknown_signal]: there is no signal `text.lenght`\n --> rules:4:9\n  |\n4 | when = \"text.lenght > 0\"\n  |         ^^^^^^^^^^^\n  = hint: did you mean `text.length`?"),
            hint: Some(self.w("did you mean `text.length`?")),
        }
    }

    fn chart(&self, counts: &[u64]) -> Chart {
        Chart::new(
            counts,
            self.w("63 from 14 December 2025 to 14 March 2026, at most 9 at a time, first around 2 February 2026"),
        )
    }

    fn result(&self, id: &str) -> RuleResult {
        RuleResult {
            id: self.w(id),
            then: "hold".into(),
            hits: 63,
            precision: "71.4 % (58.2 to 81.7)".into(),
            recall: "12.9 % (9.8 to 16.9)".into(),
            subscribers: "3.1 %".into(),
            already_caught: 11,
            faults: 2,
            chart: self.chart(&[0, 2, 1, 0, 5, 9, 4, 3, 0, 0, 7, 2]),
            examples: vec![ExampleView {
                comment: "cmt_e".into(),
                at: self.at("2026-02-02T10:02:00Z"),
                segments: vec![
                    Segment { text: self.w("Cheap tickets at "), is_marked: false },
                    Segment { text: self.w("https://tickets.example"), is_marked: true },
                ],
                decision_key: "example-removed",
                is_already_caught: true,
            }],
        }
    }

    fn mode(&self, id: &str, mode_key: &'static str, is_suspended: bool) -> ModeRow {
        ModeRow {
            id: self.w(id),
            clause: self.w("no-spam"),
            then_key: "then-hold",
            mode_key,
            suspended: is_suspended.then(|| (self.at("2026-03-14T11:20:00Z"), "suspended-sudden")),
            day_count: 4,
            week_count: 31,
        }
    }

    fn trial(&self, state_key: &'static str, is_open: bool) -> BacktestRow {
        BacktestRow {
            id: "bkt_one".into(),
            state_key,
            is_open,
            since: self.on("2025-12-14T00:00:00Z"),
            until: self.on("2026-03-14T00:00:00Z"),
            examined: 41_200,
            total: 98_412,
            by: self.w("Nora Quill"),
            at: self.at("2026-03-14T18:20:00Z"),
        }
    }
}

pub(super) fn documents(ink: &Ink, add: &mut dyn FnMut(&str, &dyn askama::DynTemplate)) {
    let rules = DocumentPage {
        frame: Frame { done: Some(Done::RulesPublished), ..ink.staff() },
        head: ink.book_head(Room::Rules, true),
        current: Some(ink.version(7)),
        modes: vec![
            ink.mode("newcomers-links", "mode-live", true),
            ink.mode("shouting", "mode-shadow", false),
            ink.mode("word-list", "mode-live", false),
        ],
        nudges: Some([12, 5, 4]),
        lines: ink.all(&SOURCE),
    };
    let list = DocumentPage {
        frame: ink.staff(),
        head: ink.book_head(Room::WordList, false),
        current: None,
        modes: vec![],
        nudges: None,
        lines: vec![],
    };
    add("rules", &rules);
    add("word-list-starter", &list);
    let edit = DocumentEditPage {
        frame: ink.staff(),
        head: ink.book_head(Room::Rules, true),
        based_on: 7,
        source: ink.w(&SOURCE.join("\n")),
        checked: Checked::Wrong(vec![ink.objection()]),
        moved: None,
        problem: None,
        signals: vec![SignalGroup { name: "text", signals: SIGNALS.iter().take(3).copied().collect() }],
        days: "90".into(),
    };
    let right = Checked::Right(ink.w("Nothing is wrong."));
    let moved = MovedNote { latest: ink.version(8), pieces: ink.pieces() };
    add("rules-edit-right", &DocumentEditPage { checked: right, ..edit.clone() });
    add("rules-edit-moved", &DocumentEditPage { checked: Checked::NotYet, moved: Some(moved), ..edit.clone() });
    let problem = Some(ink.w("None of the rules is for this title."));
    add("rules-edit-problem", &DocumentEditPage { checked: Checked::NotYet, problem, ..edit.clone() });
    add("rules-edit-wrong", &edit);
    add(
        "rules-review",
        &DocumentReviewPage {
            frame: ink.staff(),
            head: ink.book_head(Room::Rules, true),
            based_on: 7,
            source: ink.w(&SOURCE.join("\n")),
            summary: ink.w("It becomes version 8: 3 live, 1 on trial, 2 in draft; tests passed: 9."),
            pieces: ink.pieces(),
        },
    );
    versions(ink, add);
}

fn versions(ink: &Ink, add: &mut dyn FnMut(&str, &dyn askama::DynTemplate)) {
    add(
        "rules-history",
        &DocumentHistoryPage {
            frame: ink.staff(),
            head: ink.book_head(Room::Rules, true),
            versions: vec![ink.version(7), ink.version(6)],
            next_href: Some(ink.w("/moderation/titles/northmere/rules/versions?before=6")),
        },
    );
    add(
        "rules-version",
        &DocumentVersionPage {
            frame: ink.staff(),
            head: ink.book_head(Room::Rules, true),
            version: ink.version(5),
            latest: 7,
            lines: ink.all(&SOURCE),
            pieces: ink.pieces(),
            objections: vec![ink.objection()],
            problem: None,
        },
    );
    add(
        "rules-diff",
        &DocumentDiffPage {
            frame: ink.staff(),
            head: ink.book_head(Room::Rules, false),
            from: 5,
            to: 7,
            counts: (2, 1),
            pieces: ink.pieces(),
        },
    );
}

pub(super) fn trials(ink: &Ink, add: &mut dyn FnMut(&str, &dyn askama::DynTemplate)) {
    let rows = vec![ink.trial("backtest-open", true), ink.trial("backtest-done", false)];
    let list = BacktestsPage { frame: ink.staff(), head: ink.book_head(Room::Backtests, true), rows, problem: None };
    add("trials", &list);
    add(
        "trials-empty",
        &BacktestsPage { rows: vec![], problem: Some(ink.w("None of the rules is for this title.")), ..list },
    );
    let open = BacktestPage {
        frame: ink.staff(),
        head: ink.book_head(Room::Backtests, true),
        row: ink.trial("backtest-open", true),
        failure: None,
        report: None,
        lines: ink.all(&SOURCE),
    };
    let report = ReportView {
        summary: ink.w("98,412 comments of 6,120 subscribers, judged in 4.1 seconds."),
        background: ink
            .w("Moderators removed 349 of them and approved 1,204; the rules now in force would not publish 512."),
        chart: ink.chart(&[40, 52, 61, 44, 70, 91, 66, 59, 48, 71, 83, 64]),
        rules: vec![ink.result("newcomers-links"), ink.result("shouting")],
        shadow: vec![ink.result("shouting@6")],
    };
    let done = BacktestPage { row: ink.trial("backtest-done", false), report: Some(report), ..open.clone() };
    add("trial-open", &open);
    add("trial-done", &done);
    let failure = Some(ink.w("the rules of the title cannot be read"));
    add("trial-failed", &BacktestPage { row: ink.trial("backtest-failed", false), failure, ..open });
    sweeps(ink, add);
}

fn sweeps(ink: &Ink, add: &mut dyn FnMut(&str, &dyn askama::DynTemplate)) {
    let row = |id: &str, undone| SweepRow {
        id: format!("swp_{id}"),
        by: ink.w("Nora Quill"),
        at: ink.at("2026-03-14T18:20:00Z"),
        since: ink.at("2026-03-13T18:20:00Z"),
        held: 12,
        undone,
    };
    let page = SweepsPage {
        frame: ink.staff(),
        head: ink.book_head(Room::Sweeps, true),
        hours: "24".into(),
        counted: Some(SweepCount {
            summary: ink.w("31 of 2,204 comments would be held. 4 more would be, had moderators not decided on them."),
            would_hold: 31,
            examples: vec![CaughtView {
                comment: "cmt_c".into(),
                at: ink.at("2026-03-14T10:00:00Z"),
                rules: ink.w("newcomers-links, word-list"),
                segments: vec![Segment { text: ink.w("https://tickets.example"), is_marked: true }],
            }],
            more: 30,
        }),
        problem: None,
        rows: vec![row("one", None), row("two", Some(ink.at("2026-03-14T19:00:00Z")))],
    };
    add("sweeps-counted", &page);
    let problem = Some(ink.w("This can be at most 30 days ago."));
    add("sweeps-none", &SweepsPage { counted: None, problem, rows: vec![], ..page });
}
