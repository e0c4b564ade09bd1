//! What staff see, to look at: cards, records, bans.

use belowline::http::pages::views::*;

use super::samples::Ink;

impl Ink {
    pub(super) fn record(&self) -> AuthorRecord {
        AuthorRecord {
            name: self.w("Gil Harrow"),
            subscriber: Some("sub_gil".into()),
            is_staff: false,
            since: self.on("2024-11-02T10:00:00Z"),
            published_count: 112,
            removed_count: 4,
            upheld_count: 3,
            ban_count: 0,
        }
    }

    fn verdict(&self) -> VerdictView {
        let finding = |rule: &str, text: &str| FindingView {
            rule: self.w(rule),
            version: 12,
            outcome_key: "then-hold",
            clause: Some(self.clause("1")),
            weight: 70,
            text: self.w(text),
            words: self.all(&["spineless parasite"]),
        };
        VerdictView {
            outcome_key: "then-hold",
            findings: vec![finding("word-list", "On the word list: “spineless”")],
            faults: self.all(&["“late-night” had no answer: it asks what is not known of this comment"]),
            shadow: vec![finding("heated-insults", "The rule “heated-insults” fired")],
            chances: vec![Chance::new("chance-abusive", 0.83), Chance::new("chance-hateful", 0.12)],
            judged_by: self.w("Judged by engine 3, rules 8d7f0a1b2c3d4e5f"),
        }
    }

    pub(super) fn card(&self, id: &str, state: CommentState) -> QueueCard {
        QueueCard {
            comment: format!("cmt_{id}"),
            revision: 3,
            state,
            story: self.story_ref(),
            posted: self.at("2026-03-14T18:44:00Z"),
            segments: vec![
                Segment {
                    text: self.w("Nobody who has met Councillor Dray is surprised. The man is a "),
                    is_marked: false,
                },
                Segment { text: self.w("spineless parasite"), is_marked: true },
                Segment {
                    text: self.w(" and so is everyone who votes for him.\n\nI know where he parks."),
                    is_marked: false,
                },
            ],
            why: vec![WhyHere::HeldByRules, WhyHere::Reported],
            verdict: Some(self.verdict()),
            reports: vec![
                ReportCard {
                    reporter: self.w("Ruth Okafor"),
                    clause: self.clause("1"),
                    note: self.w("The last line reads like a threat to me."),
                    sent: self.at("2026-03-14T18:50:00Z"),
                    snapshot: None,
                    outcome: ReportOutcome::Open,
                },
                ReportCard {
                    reporter: self.w("Wen Li"),
                    clause: self.clause("3"),
                    note: String::new(),
                    sent: self.at("2026-03-14T18:47:00Z"),
                    snapshot: Some(self.w("I know where he parks: Quay Lane.")),
                    outcome: ReportOutcome::NotUpheld,
                },
            ],
            author: self.record(),
            clauses: self.clauses(),
            chosen_clause: String::new(),
            note: self.w(""),
            note_max_chars: 1000,
            barred: None,
            conflict: None,
            problems: Problems::default(),
        }
    }

    pub(super) fn quiet_card(&self) -> QueueCard {
        QueueCard {
            why: vec![WhyHere::Premoderated],
            segments: vec![Segment {
                text: self
                    .w("My grandmother kept the toll house until 1961. She would have charged the councillors double."),
                is_marked: false,
            }],
            verdict: None,
            reports: vec![],
            author: AuthorRecord {
                name: self.w("Wen Li"),
                removed_count: 0,
                upheld_count: 0,
                published_count: 9,
                ..self.record()
            },
            ..self.card("quiet", CommentState::Held)
        }
    }

    pub(super) fn ban(&self, id: &str, is_in_force: bool) -> BanRow {
        BanRow {
            id: format!("ban_{id}"),
            subscriber: "sub_gil".into(),
            names: self.all(&["Gil Harrow", "G. H. of Weir Street"]),
            privileges: vec![Privilege::Comment, Privilege::Reply],
            clause: self.clause("1"),
            title_name: Some(self.w("The Northmere Gazette")),
            since: self.at("2026-03-15T09:12:00Z"),
            until: is_in_force.then(|| self.at("2026-04-14T23:00:00Z")),
            by: self.w("Idris Vane"),
            note: self.w("Third removal under this clause within a month."),
            evidence: vec![Evidence { comment: "cmt_q".into(), text: self.w("The man is a spineless parasite.") }],
            is_in_force,
            removed_count: 2,
            lifted: (!is_in_force).then(|| Lifted {
                by: self.w("Nora Quill"),
                at: self.at("2026-03-16T08:00:00Z"),
                reason: self.w("Quoted, not meant."),
            }),
            may_lift: is_in_force,
        }
    }

    pub(super) fn head(&self) -> SubscriberHead {
        SubscriberHead {
            id: "sub_gil".into(),
            standing: Standing::Active,
            valid_until: Some(self.on("2026-12-31T12:00:00Z")),
            accounts: vec![
                BoundAccount {
                    id: "acct_1".into(),
                    name: self.w("Gil Harrow"),
                    since: self.on("2024-11-02T10:00:00Z"),
                },
                BoundAccount {
                    id: "acct_2".into(),
                    name: self.w("G. H. of Weir Street"),
                    since: self.on("2026-02-20T10:00:00Z"),
                },
            ],
            published_count: 112,
            removed_count: 4,
            upheld_count: 3,
        }
    }

    pub(super) fn titles(&self, href: &str) -> Vec<QueueTitle> {
        [("The Northmere Gazette", true), ("Saltreach Weekly Post", false)]
            .map(|(name, is_chosen)| QueueTitle { name: self.w(name), href: self.w(href), is_chosen })
            .into()
    }

    pub(super) fn ban_form(&self, problems: Problems) -> BanForm {
        BanForm {
            privileges: vec![Privilege::Comment, Privilege::Reply],
            rules: "northmere".into(),
            clauses: self.clauses(),
            chosen_clause: "civility".into(),
            until: Until::Month,
            until_day: self.w(""),
            earliest_day: "2026-03-16".into(),
            scopes: vec![
                ScopeChoice {
                    value: "northmere".into(),
                    title_name: Some(self.w("The Northmere Gazette")),
                    is_chosen: true,
                },
                ScopeChoice { value: "all".into(), title_name: None, is_chosen: false },
            ],
            note: self.w("Third removal under this clause within a month."),
            note_max_chars: 1000,
            comments: "keep",
            problems,
        }
    }

    fn identity(&self) -> IdentityPanel {
        let known = |kind_key, is_binding, other: Option<&str>, is_same| KnownBy {
            kind_key,
            strength_key: if is_binding { "identity-binding" } else { "identity-suggestive" },
            since: self.on("2026-02-01T08:00:00Z"),
            other: other.map(str::to_owned),
            names: other.map(|_| self.w("Grim Reaper")).into_iter().collect(),
            other_key: if is_same { "identity-same-person" } else { "identity-also" },
        };
        IdentityPanel {
            links: vec![
                known("identity-kind-payment", true, Some("subr_2"), true),
                known("identity-kind-subscription", true, None, false),
                known("identity-kind-network", false, Some("subr_3"), false),
            ],
            former_names: vec![FormerName {
                name: self.w("Northmere Ned"),
                until: self.at("2026-01-11T09:20:00Z"),
                is_removed: true,
            }],
            may_reorder: true,
            is_several: true,
            ..IdentityPanel::default()
        }
    }

    pub(super) fn subscriber_page(&self, problems: Problems) -> SubscriberPage {
        SubscriberPage {
            proposal: Some(self.w("Three points have not faded. The ladder proposes: one-day.")),
            frame: self.staff(),
            subscriber: self.head(),
            identity: self.identity(),
            comments: vec![
                EvidenceChoice {
                    comment: "cmt_q".into(),
                    excerpt: self.w("Nobody who has met Councillor Dray is surprised. The man is a spineless…"),
                    state: CommentState::Removed,
                    posted: self.at("2026-03-14T18:44:00Z"),
                    is_chosen: true,
                },
                EvidenceChoice {
                    comment: "cmt_r".into(),
                    excerpt: self.w("The new benches are handsome, I will give them that."),
                    state: CommentState::Published,
                    posted: self.at("2026-03-11T09:20:00Z"),
                    is_chosen: false,
                },
            ],
            in_force: vec![self.ban("one", true)],
            past: vec![self.ban("two", false)],
            titles: self.titles("/moderation/subscribers/sub_1?title=x"),
            warnings: vec![WarningRow {
                kind_key: "warning-kind-warning",
                clause: self.clause("1"),
                by: self.w("Idris Vane"),
                at: self.at("2026-03-10T09:12:00Z"),
                acknowledged: None,
                is_open: true,
                note: self.w("The second time this week."),
            }],
            warn: Some(WarnForm {
                rules: "gazette".into(),
                clauses: self.ban_form(Problems::default()).clauses,
                chosen_clause: String::new(),
                is_warning: true,
                note: self.w("Said on the telephone, too."),
                note_max_chars: 1000,
                problems: Problems::default(),
            }),
            form: Some(self.ban_form(problems)),
            is_staff: false,
            is_viewer: false,
        }
    }
}
