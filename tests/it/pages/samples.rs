//! Believable pages to look at, and the same pages with hostile text wherever a person could have typed.

use std::sync::Arc;

use belowline::http::pages::views::*;
use belowline::http::pages::{Moment, Moments};
use belowline::kernel::Words;

/// How text gets onto the page: as it is, or with something hostile behind it.
pub(super) struct Ink {
    tail: String,
    words: Arc<Words>,
    moments: Moments,
}

impl Ink {
    /// Text as it is.
    pub(super) fn plain() -> Self {
        Self::hostile("")
    }

    /// Every text followed by `tail`.
    pub(super) fn hostile(tail: &str) -> Self {
        let words = Arc::new(Words::british());
        Self { tail: tail.to_owned(), moments: Moments::new("Europe/London", Arc::clone(&words)), words }
    }

    pub(super) fn w(&self, text: &str) -> String {
        format!("{text}{}", self.tail)
    }

    pub(super) fn all(&self, texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| self.w(text)).collect()
    }

    pub(super) fn at(&self, iso: &str) -> Moment {
        self.moments.moment(iso.parse().unwrap())
    }

    pub(super) fn on(&self, iso: &str) -> Moment {
        self.moments.day(iso.parse().unwrap())
    }

    pub(super) fn frame(&self, viewer: Option<(&str, Option<u64>)>) -> Frame {
        Frame {
            words: Arc::clone(&self.words),
            language: "en-GB".into(),
            masthead: Masthead {
                name: self.w("The Northmere Gazette"),
                href: "/titles/northmere".into(),
                rules_href: Some("/titles/northmere/house-rules".into()),
            },
            viewer: viewer.map(|(name, queue_count)| Viewer {
                name: self.w(name),
                queue_count,
                approval_count: queue_count.map_or(0, |_| 2),
            }),
            csrf: "csrf-token".into(),
            page_key: "k3v9q2".into(),
            here: self.w("/stories/sto_mill?sort=newest"),
            done: None,
            build: "1a2b3c".into(),
            may_be_indexed: viewer.is_none(),
        }
    }

    pub(super) fn subscriber(&self) -> Frame {
        self.frame(Some(("Marjorie Tull", None)))
    }

    pub(super) fn staff(&self) -> Frame {
        self.frame(Some(("Idris Vane", Some(3))))
    }

    pub(super) fn done(&self, done: Done) -> Frame {
        Frame { done: Some(done), ..self.subscriber() }
    }

    pub(super) fn clause(&self, number: &str) -> ClauseRef {
        let clause = self.clauses().into_iter().find(|clause| clause.number == number).unwrap();
        ClauseRef { id: clause.id, title: "northmere".into(), number: clause.number, heading: clause.heading }
    }

    pub(super) fn clauses(&self) -> Vec<ClauseChoice> {
        [
            ("civility", "1", "Argue with the point, not the person", "No insults, taunts or name-calling."),
            ("hatred", "2", "No hatred", "Nobody is attacked for who they are or what they believe."),
            ("privacy", "3", "Leave private lives private", "No addresses, numbers or other people's secrets."),
            ("topic", "4", "Keep to the story", "No advertising, no campaigns, no quarrels carried over."),
        ]
        .map(|(id, number, heading, summary)| ClauseChoice {
            id: id.into(),
            number: number.into(),
            heading: self.w(heading),
            summary: self.w(summary),
        })
        .into()
    }

    pub(super) fn problems(&self, list: &[(Option<&'static str>, &str)]) -> Problems {
        Problems::new(list.iter().map(|(field, message)| Problem { field: *field, message: self.w(message) }).collect())
    }

    pub(super) fn story(&self) -> StoryHead {
        StoryHead {
            id: "sto_mill".into(),
            headline: self.w("Council to vote on closing Mill Bridge to cars"),
            section: self.w("Town hall"),
            title: "northmere".into(),
            title_name: self.w("The Northmere Gazette"),
            article: Href::to_web("https://gazette.example/town-hall/mill-bridge"),
            published: Some(self.at("2026-03-14T06:30:00Z")),
            comment_count: 47,
            state: StoryState::Open,
        }
    }

    pub(super) fn story_ref(&self) -> StoryRef {
        StoryRef { id: "sto_mill".into(), headline: self.story().headline, title_name: self.story().title_name }
    }

    pub(super) fn compose(&self, text: &str) -> Compose {
        Compose {
            text: self.w(text),
            max_chars: 5000,
            is_premoderated: false,
            problems: Problems::default(),
            nudge: None,
        }
    }

    pub(super) fn comment(&self, id: &str, name: &str, at: &str, html: &str) -> CommentView {
        CommentView {
            id: format!("cmt_{id}"),
            parent: None,
            author: Some(Author { name: self.w(name), is_staff: false, is_viewer: false }),
            state: CommentState::Published,
            html: SafeHtml::from_sanitised(html.into()),
            posted: self.at(at),
            edited: None,
            recommendation_count: 4,
            reply_count: 0,
            answered: None,
            more: None,
            fate: None,
            statement: None,
            can: Can { recommend: Recommend::Offered, reply: true, report: true, ..Can::default() },
            depth: 0,
            is_target: false,
        }
    }

    pub(super) fn under(&self, parent: &str, comment: CommentView) -> CommentView {
        CommentView { parent: Some(format!("cmt_{parent}")), ..comment }
    }

    pub(super) fn own(&self, comment: CommentView, state: CommentState, reason: Option<&str>) -> CommentView {
        CommentView {
            author: Some(Author { name: self.w("Marjorie Tull"), is_staff: false, is_viewer: true }),
            can: Can {
                edit: state == CommentState::Published || state == CommentState::Held,
                withdraw: true,
                ..Can::default()
            },
            fate: Some(Fate {
                reason: reason.map(|reason| self.w(reason)),
                words: if state == CommentState::Held { self.all(&["n.umpty"]) } else { Vec::new() },
                clause: (state != CommentState::Held).then(|| self.clause("4")),
                decided: (state == CommentState::Removed).then(|| self.at("2026-03-14T19:40:00Z")),
            }),
            state,
            ..comment
        }
    }

    pub(super) fn branches(&self) -> Vec<Branch> {
        let top = CommentView {
            recommendation_count: 31,
            can: Can { recommend: Recommend::Given, ..self.comment("a", "x", "2026-03-14T16:05:00Z", "").can },
            ..self.comment(
                "a",
                "Peter Ainsley",
                "2026-03-14T16:05:00Z",
                "<p>I have driven the 7 over that bridge for nineteen years. At half past eight it takes <em>eleven minutes</em> to cross two hundred yards, and there is not one cyclist on it who looks as though they enjoy it either.</p><p>Close it for a year, count, and then decide. That is all the motion says.</p>",
            )
        };
        let replies = vec![
            self.under("a", CommentView { edited: Some(self.at("2026-03-14T16:31:00Z")), ..self.comment("b", "Ruth Okafor", "2026-03-14T16:22:00Z", "<p>And the shops on Weir Street? The last “year’s trial” in this town lasted six.</p>") }),
            self.under("b", CommentView { author: Some(Author { name: self.w("Tom Sedley"), is_staff: true, is_viewer: false }), can: Can { recommend: Recommend::Offered, reply: true, ..Can::default() }, ..self.comment("c", "x", "2026-03-14T17:02:00Z", "<p>I asked the council that this morning. The order lapses after twelve months unless it is voted on again; the wording is on <a href=\"https://council.example/orders/117\" rel=\"ugc nofollow noopener\">council.example</a>.</p>") }),
            self.under("c", self.comment("d", "Ruth Okafor", "2026-03-14T17:40:00Z", "<p>Thank you, that is more than my own councillor told me.</p>")),
            self.under("d", self.comment("e", "Peter Ainsley", "2026-03-14T18:03:00Z", "<blockquote><p>more than my own councillor told me</p></blockquote><p>Mine, too.</p>")),
            self.under("a", CommentView { author: None, state: CommentState::Removed, html: SafeHtml::default(), can: Can::default(), recommendation_count: 0, ..self.comment("f", "x", "2026-03-14T18:20:00Z", "") }),
        ];
        let more = Some(MoreReplies { href: self.w("/comments/cmt_a?after=cmt_f"), count: 6 });
        let withdrawn = CommentView {
            author: None,
            state: CommentState::Withdrawn,
            html: SafeHtml::default(),
            can: Can::default(),
            recommendation_count: 0,
            ..self.comment("g", "x", "2026-03-14T12:11:00Z", "")
        };
        let last = self.own(
            self.comment(
                "h",
                "x",
                "2026-03-14T11:48:00Z",
                "<p>Has anybody asked the ambulance station? They are on the wrong side of the river for this.</p>",
            ),
            CommentState::Published,
            None,
        );
        vec![
            Branch::new(top, replies, more),
            Branch::new(
                withdrawn,
                vec![self.under(
                    "g",
                    self.comment(
                        "i",
                        "Wen Li",
                        "2026-03-14T12:30:00Z",
                        "<p>I do not agree, but I am glad somebody said it out loud.</p>",
                    ),
                )],
                None,
            ),
            Branch::new(CommentView { fate: None, can: Can { moderate: true, ..last.can }, ..last }, vec![], None),
        ]
    }

    pub(super) fn thread(&self, frame: Frame, comment_box: CommentBox) -> StoryPage {
        let frame_is_staff = frame.viewer.as_ref().is_some_and(Viewer::is_staff);
        StoryPage {
            frame,
            story: self.story(),
            may_set_thread: frame_is_staff,
            comment_box,
            mine: vec![],
            sort: Sort::Newest,
            branches: self.branches(),
            is_later_page: false,
            next_href: Some(self.w("/stories/sto_mill?sort=newest&after=abc")),
        }
    }

    pub(super) fn shut(&self, why: WhyShut) -> CommentBox {
        CommentBox::Shut(Box::new(Shut {
            why,
            own_words: if why.subscribe_key().is_some() {
                self.all(&["Our letters page was always signed. So is this one: those who write here stand behind the paper, and it stands behind them."])
            } else {
                vec![]
            },
            subscribe: Href::to_web("https://gazette.example/subscribe"),
            clause: why.is_ban().then(|| self.clause("1")),
            until: why.is_ban().then(|| self.at("2026-04-14T23:00:00Z")),
            typed: why.is_ban().then(|| self.w("And another thing about that bridge:")),
        }))
    }

    pub(super) fn sections(&self) -> Vec<Section> {
        let line = |id: &str, headline: &str, comment_count, state| StoryLine {
            id: id.to_owned(),
            headline: self.w(headline),
            published: Some(self.on("2026-03-14T06:30:00Z")),
            comment_count,
            state,
        };
        vec![
            Section {
                name: self.w("Town hall"),
                stories: vec![
                    line("sto_mill", "Council to vote on closing Mill Bridge to cars", 47, StoryState::Open),
                    line("sto_lib", "Library hours to be cut again, says leaked budget", 112, StoryState::Premoderated),
                ],
            },
            Section {
                name: self.w("Getting about"),
                stories: vec![
                    line("sto_bus", "Night buses return after eleven years", 1, StoryState::Open),
                    line("sto_ferry", "The last ferryman of Saltreach hands over the oars", 0, StoryState::Closed),
                ],
            },
        ]
    }

    pub(super) fn me(&self) -> MePage {
        let mine = |id: &str, state, excerpt: &str, reason: Option<&str>, clause| MyComment {
            id: format!("cmt_{id}"),
            story: self.story_ref(),
            state,
            excerpt: self.w(excerpt),
            posted: self.at("2026-03-14T11:48:00Z"),
            reason: reason.map(|text| self.w(text)),
            clause,
        };
        let session = |id: &str, device: &str, is_this| MySession {
            id: id.to_owned(),
            device: self.w(device),
            since: self.at("2026-03-01T08:00:00Z"),
            last_used: self.at("2026-03-15T09:00:00Z"),
            is_this,
        };
        MePage {
            frame: self.subscriber(),
            name: self.w("Marjorie Tull"),
            email: self.w("marjorie.tull@post.example"),
            standing: Standing::Active,
            valid_until: Some(self.on("2026-12-31T12:00:00Z")),
            comments: vec![
                mine(
                    "h",
                    CommentState::Published,
                    "Has anybody asked the ambulance station? They are on the wrong side…",
                    None,
                    None,
                ),
                mine(
                    "m1",
                    CommentState::Held,
                    "There was a far better plan in 2019, and it is still on the council's own pages…",
                    Some("Comments with three links or more are read first."),
                    None,
                ),
                mine(
                    "m2",
                    CommentState::Removed,
                    "Oh do be quiet, Peter.",
                    Some("It answers a person, not the point."),
                    Some(self.clause("1")),
                ),
            ],
            comments_next_href: Some(self.w("/me?after=abc")),
            reports: vec![MyReport {
                comment: "cmt_q".into(),
                excerpt: self.w("Nobody who has met Councillor Dray is surprised…"),
                clause: self.clause("1"),
                sent: self.at("2026-03-14T18:50:00Z"),
                outcome: ReportOutcome::Upheld,
            }],
            bans: vec![],
            warnings: vec![],
            digest: "each",
            statements: vec![],
            sessions: vec![session("ses_1", "Firefox on Linux", true), session("ses_2", "Safari on iPhone", false)],
            password_min_chars: 15,
            has_password: true,
            new_name: self.w("Marjorie Tull"),
            rename_days: 30,
            new_email: self.w("marjorie@hill.example"),
            problems: Problems::default(),
        }
    }

    pub(super) fn banned_me(&self) -> MePage {
        let ban = |id: &str, is_in_force: bool| MyBan {
            id: format!("ban_{id}"),
            privileges: vec![Privilege::Comment, Privilege::Reply],
            clause: self.clause("1"),
            title_name: is_in_force.then(|| self.w("The Northmere Gazette")),
            since: self.at("2026-03-15T09:12:00Z"),
            until: is_in_force.then(|| self.at("2026-04-14T23:00:00Z")),
            is_in_force,
            statement: Some("sor_1".into()),
        };
        MePage {
            bans: vec![ban("one", true), ban("two", false)],
            warnings: vec![MyWarning {
                id: "warn_1".into(),
                title_name: self.w("The Northmere Gazette"),
                clause: self.clause("1"),
                given: self.at("2026-03-15T09:12:00Z"),
            }],
            statements: vec![Statement {
                id: "sor_1".into(),
                heading: self.w("Your privileges to comment and to reply are withdrawn"),
                paragraphs: self.all(&["A moderator decided this on 15 March 2026 under clause 1 of the house rules, version 4: argue with the point, not the person.", "It rests on your comment of 14 March, which is kept as it read then."]),
                sent: self.at("2026-03-15T09:12:00Z"),
            }],
            problems: self.problems(&[(Some("current_password"), "This is not your current password."), (Some("password"), "Use at least 15 characters.")]),
            ..self.me()
        }
    }

    pub(super) fn house_rules(&self) -> HouseRulesPage {
        HouseRulesPage {
            frame: self.frame(None),
            title_name: self.w("The Northmere Gazette"),
            version: 4,
            updated: self.on("2026-02-02T09:00:00Z"),
            preamble: self.all(&["This is a place for people who disagree about Northmere and will still meet in the same market."]),
            clauses: self
                .clauses()
                .into_iter()
                .map(|clause| HouseClause {
                    id: clause.id,
                    number: clause.number,
                    heading: clause.heading,
                    paragraphs: vec![clause.summary, self.w("When in doubt, read it aloud as though the other one sat across the table. Then post it, or do not.")],
                })
                .collect(),
        }
    }

    pub(super) fn error(&self, kind: ErrorKind) -> ErrorPage {
        ErrorPage {
            frame: self.subscriber(),
            kind,
            explanation: (kind == ErrorKind::Forbidden)
                .then(|| self.w("Moderators of another title cannot decide here.")),
            again: matches!(kind, ErrorKind::TooFast | ErrorKind::Unavailable)
                .then(|| self.w("You can try again in 8 seconds.")),
            typed: vec![],
            is_after_sign_in: false,
            winner: (kind == ErrorKind::Conflict).then(|| (self.w("Nora Quill"), Action::Remove)),
            back: Href::to_path("/comments/cmt_a"),
            reference: (kind == ErrorKind::Broken).then(|| self.w("req_7f3a")),
        }
    }
}
