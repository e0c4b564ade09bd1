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

    fn w(&self, text: &str) -> String {
        format!("{text}{}", self.tail)
    }

    fn all(&self, texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| self.w(text)).collect()
    }

    fn at(&self, iso: &str) -> Moment {
        self.moments.moment(iso.parse().unwrap())
    }

    fn on(&self, iso: &str) -> Moment {
        self.moments.day(iso.parse().unwrap())
    }

    fn frame(&self, viewer: Option<(&str, Option<u64>)>) -> Frame {
        Frame {
            words: Arc::clone(&self.words),
            language: "en-GB".into(),
            masthead: Masthead {
                name: self.w("The Northmere Gazette"),
                href: "/titles/northmere".into(),
                rules_href: Some("/titles/northmere/house-rules".into()),
            },
            viewer: viewer.map(|(name, queue_count)| Viewer { name: self.w(name), queue_count }),
            csrf: "csrf-token".into(),
            page_key: "k3v9q2".into(),
            here: self.w("/stories/sto_mill?sort=newest"),
            done: None,
            build: "1a2b3c".into(),
            may_be_indexed: viewer.is_none(),
        }
    }

    fn subscriber(&self) -> Frame {
        self.frame(Some(("Marjorie Tull", None)))
    }

    fn staff(&self) -> Frame {
        self.frame(Some(("Idris Vane", Some(3))))
    }

    fn done(&self, done: Done) -> Frame {
        Frame { done: Some(done), ..self.subscriber() }
    }

    fn clause(&self, number: &str) -> ClauseRef {
        let clause = self.clauses().into_iter().find(|clause| clause.number == number).unwrap();
        ClauseRef { id: clause.id, title: "northmere".into(), number: clause.number, heading: clause.heading }
    }

    fn clauses(&self) -> Vec<ClauseChoice> {
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

    fn problems(&self, list: &[(Option<&'static str>, &str)]) -> Problems {
        Problems::new(list.iter().map(|(field, message)| Problem { field: *field, message: self.w(message) }).collect())
    }

    fn story(&self) -> StoryHead {
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

    fn story_ref(&self) -> StoryRef {
        StoryRef { id: "sto_mill".into(), headline: self.story().headline, title_name: self.story().title_name }
    }

    fn compose(&self, text: &str) -> Compose {
        Compose { text: self.w(text), max_chars: 5000, is_premoderated: false, problems: Problems::default() }
    }

    fn comment(&self, id: &str, name: &str, at: &str, html: &str) -> CommentView {
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
            fate: None,
            can: Can { recommend: Recommend::Offered, reply: true, report: true, ..Can::default() },
            depth: 0,
            is_target: false,
        }
    }

    fn under(&self, parent: &str, comment: CommentView) -> CommentView {
        CommentView { parent: Some(format!("cmt_{parent}")), ..comment }
    }

    fn own(&self, comment: CommentView, state: CommentState, reason: Option<&str>) -> CommentView {
        CommentView {
            author: Some(Author { name: self.w("Marjorie Tull"), is_staff: false, is_viewer: true }),
            can: Can {
                edit: state == CommentState::Published || state == CommentState::Held,
                withdraw: true,
                ..Can::default()
            },
            fate: Some(Fate {
                reason: reason.map(|reason| self.w(reason)),
                clause: (state != CommentState::Held).then(|| self.clause("4")),
            }),
            state,
            ..comment
        }
    }

    fn branches(&self) -> Vec<Branch> {
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

    fn thread(&self, frame: Frame, comment_box: CommentBox) -> StoryPage {
        StoryPage {
            frame,
            story: self.story(),
            comment_box,
            mine: vec![],
            sort: Sort::Newest,
            branches: self.branches(),
            is_later_page: false,
            next_href: Some(self.w("/stories/sto_mill?sort=newest&after=abc")),
        }
    }

    fn shut(&self, why: WhyShut) -> CommentBox {
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

    fn record(&self) -> AuthorRecord {
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

    fn card(&self, id: &str, state: CommentState) -> QueueCard {
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
            findings: vec![FindingView {
                rule: self.w("words-abuse"),
                version: Some(12),
                text: self.w("Words from the title's list"),
            }],
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

    fn quiet_card(&self) -> QueueCard {
        QueueCard {
            why: vec![WhyHere::Premoderated],
            segments: vec![Segment {
                text: self
                    .w("My grandmother kept the toll house until 1961. She would have charged the councillors double."),
                is_marked: false,
            }],
            findings: vec![],
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

    fn ban(&self, id: &str, is_in_force: bool) -> BanRow {
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
            lifted: (!is_in_force).then(|| Lifted {
                by: self.w("Nora Quill"),
                at: self.at("2026-03-16T08:00:00Z"),
                reason: self.w("Quoted, not meant."),
            }),
            may_lift: is_in_force,
        }
    }

    fn head(&self) -> SubscriberHead {
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

    fn titles(&self, href: &str) -> Vec<QueueTitle> {
        [("The Northmere Gazette", true), ("Saltreach Weekly Post", false)]
            .map(|(name, is_chosen)| QueueTitle { name: self.w(name), href: self.w(href), is_chosen })
            .into()
    }

    fn ban_form(&self, problems: Problems) -> BanForm {
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
            problems,
        }
    }

    fn subscriber_page(&self, problems: Problems) -> SubscriberPage {
        SubscriberPage {
            frame: self.staff(),
            subscriber: self.head(),
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
            form: Some(self.ban_form(problems)),
            is_staff: false,
            is_viewer: false,
        }
    }

    fn sections(&self) -> Vec<Section> {
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

    fn me(&self) -> MePage {
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
            statements: vec![],
            sessions: vec![session("ses_1", "Firefox on Linux", true), session("ses_2", "Safari on iPhone", false)],
            password_min_chars: 15,
            problems: Problems::default(),
        }
    }

    fn banned_me(&self) -> MePage {
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

    fn house_rules(&self) -> HouseRulesPage {
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

    fn error(&self, kind: ErrorKind) -> ErrorPage {
        ErrorPage {
            frame: self.subscriber(),
            kind,
            explanation: (kind == ErrorKind::Forbidden)
                .then(|| self.w("Moderators of another title cannot decide here.")),
            winner: (kind == ErrorKind::Conflict).then(|| (self.w("Nora Quill"), Action::Remove)),
            back: Href::to_path("/comments/cmt_a"),
            reference: (kind == ErrorKind::Broken).then(|| self.w("req_7f3a")),
        }
    }
}

/// Every page in every state worth a look: a name for its file, and the page.
pub(super) fn every_page(ink: &Ink) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut add =
        |name: &str, page: &dyn askama::DynTemplate| pages.push((name.to_owned(), page.dyn_render().unwrap()));
    front(ink, &mut add);
    threads(ink, &mut add);
    forms(ink, &mut add);
    accounts(ink, &mut add);
    desk(ink, &mut add);
    errors(ink, &mut add);
    pages
}

type Add<'a> = &'a mut dyn FnMut(&str, &dyn askama::DynTemplate);

fn front(ink: &Ink, add: Add<'_>) {
    let title = |id: &str, name: &str, sections| HomeTitle { id: id.to_owned(), name: ink.w(name), sections };
    let titles = vec![
        title("northmere", "The Northmere Gazette", ink.sections()),
        title("saltreach", "Saltreach Weekly Post", vec![]),
    ];
    add("home", &HomePage { frame: ink.frame(None), titles });
    add("home-empty", &HomePage { frame: ink.frame(None), titles: vec![] });
    add(
        "title",
        &TitlePage {
            frame: ink.frame(None),
            title: title("northmere", "The Northmere Gazette", ink.sections()),
            older_href: Some(ink.w("/titles/northmere?after=x")),
        },
    );
    add("house-rules", &ink.house_rules());
}

fn threads(ink: &Ink, add: Add<'_>) {
    let open = || CommentBox::Open(ink.compose(""));
    let mine = vec![
        ink.own(
            ink.comment(
                "m1",
                "x",
                "2026-03-14T19:02:00Z",
                "<p>There was a far better plan in 2019, and it is still on the council’s own pages.</p>",
            ),
            CommentState::Held,
            Some("Comments with three links or more are read first."),
        ),
        ink.own(
            ink.comment("m2", "x", "2026-03-14T18:58:00Z", "<p>Cheap bridge paint at my shop.</p>"),
            CommentState::Rejected,
            None,
        ),
    ];
    add("story", &StoryPage { mine, ..ink.thread(ink.done(Done::Held), open()) });
    let shuts = [
        ("signed-out", WhyShut::NotSignedIn),
        ("no-subscription", WhyShut::NotSubscribed),
        ("lapsed", WhyShut::Lapsed),
        ("paused", WhyShut::Paused),
        ("refunded", WhyShut::Refunded),
        ("banned", WhyShut::Banned),
        ("closed", WhyShut::StoryClosed),
        ("unconfirmed", WhyShut::Unconfirmed),
    ];
    for (name, why) in shuts {
        let frame = if why.is_sign_in() { ink.frame(None) } else { ink.subscriber() };
        add(&format!("story-{name}"), &ink.thread(frame, ink.shut(why)));
    }
    let premoderated = Compose { is_premoderated: true, ..ink.compose("") };
    add(
        "story-empty",
        &StoryPage {
            branches: vec![],
            next_href: None,
            ..ink.thread(ink.subscriber(), CommentBox::Open(premoderated))
        },
    );
    let refused = Compose {
        problems: ink.problems(&[
            (Some("body"), "A comment has 5,000 characters at most; this one has 5,012."),
            (Some("body"), "You posted the same text a moment ago."),
        ]),
        ..ink.compose("Well, ")
    };
    add(
        "story-refused",
        &StoryPage {
            is_later_page: true,
            sort: Sort::Recommended,
            ..ink.thread(ink.subscriber(), CommentBox::Open(refused))
        },
    );

    let Some(branch) = ink.branches().into_iter().next() else { return };
    let mut replies = branch.replies.into_iter();
    let target = replies.next().unwrap();
    let target = CommentView { is_target: true, depth: 0, ..target };
    let page = CommentPage {
        frame: ink.subscriber(),
        story: ink.story(),
        ancestors: vec![branch.top],
        branch: Branch::new(target, replies.take(3).collect(), None),
    };
    add("comment", &page);
    let gone = CommentView {
        author: None,
        state: CommentState::Removed,
        html: SafeHtml::default(),
        can: Can::default(),
        ..ink.comment("f", "x", "2026-03-14T18:20:00Z", "")
    };
    add(
        "comment-removed",
        &CommentPage {
            frame: ink.frame(None),
            story: ink.story(),
            ancestors: vec![],
            branch: Branch::new(gone, vec![], None),
        },
    );
}

fn forms(ink: &Ink, add: Add<'_>) {
    let parent = || {
        ink.comment(
            "b",
            "Ruth Okafor",
            "2026-03-14T16:22:00Z",
            "<p>And the shops on Weir Street? The last “year’s trial” in this town lasted six.</p>",
        )
    };
    let refused = ink.problems(&[(Some("body"), "Write something first.")]);
    add(
        "reply",
        &ReplyPage { frame: ink.subscriber(), story: ink.story(), parent: parent(), compose: ink.compose("") },
    );
    add(
        "reply-refused",
        &ReplyPage {
            frame: ink.subscriber(),
            story: ink.story(),
            parent: parent(),
            compose: Compose { problems: refused.clone(), ..ink.compose(" ") },
        },
    );
    add(
        "edit",
        &EditPage {
            frame: ink.subscriber(),
            story: ink.story(),
            comment: "cmt_h".into(),
            revision: 2,
            until: ink.at("2026-03-14T11:58:00Z"),
            compose: ink.compose("Has anybody asked the ambulance station?"),
        },
    );
    add(
        "withdraw",
        &WithdrawPage { frame: ink.subscriber(), story: ink.story(), comment: parent(), problems: Problems::default() },
    );
    let report = |problems, chosen: &str| ReportPage {
        frame: ink.subscriber(),
        story: ink.story(),
        comment: parent(),
        clauses: ink.clauses(),
        chosen: chosen.to_owned(),
        note: ink.w(""),
        note_max_chars: 1000,
        problems,
    };
    add("report", &report(Problems::default(), "civility"));
    add(
        "report-refused",
        &report(
            ink.problems(&[
                (Some("clause"), "Choose the clause that the comment breaks."),
                (Some("note"), "A note has 1,000 characters at most."),
            ]),
            "",
        ),
    );
}

fn accounts(ink: &Ink, add: Add<'_>) {
    let sign_in = |problems| SignInPage {
        frame: ink.frame(None),
        email: ink.w("marjorie.tull@post.example"),
        return_to: ink.w("/comments/cmt_a"),
        problems,
    };
    add("sign-in", &sign_in(Problems::default()));
    add("sign-in-refused", &sign_in(ink.problems(&[(None, "E-mail address and password do not go together.")])));
    let sign_up = |problems| SignUpPage {
        frame: ink.frame(None),
        email: ink.w("marjorie"),
        name: ink.w("Marjorie Tull"),
        password_min_chars: 15,
        return_to: ink.w("/"),
        problems,
    };
    add("sign-up", &sign_up(Problems::default()));
    add(
        "sign-up-refused",
        &sign_up(ink.problems(&[
            (Some("email"), "This is not an e-mail address."),
            (Some("password"), "This password is on a list of common ones."),
        ])),
    );
    for (name, sent) in [("check-mail", MailSent::Confirmation), ("check-mail-reset", MailSent::Reset)] {
        add(name, &CheckMailPage { frame: ink.frame(None), email: ink.w("marjorie.tull@post.example"), sent });
    }
    add("confirm", &ConfirmPage { frame: ink.frame(None), token: Some(ink.w("tok")) });
    add("confirm-used", &ConfirmPage { frame: ink.frame(None), token: None });
    add(
        "forgot",
        &ForgotPage {
            frame: ink.frame(None),
            email: ink.w("marjorie.tull@post.example"),
            problems: Problems::default(),
        },
    );
    let reset = |token| ResetPage {
        frame: ink.frame(None),
        token,
        password_min_chars: 15,
        problems: ink.problems(&[(Some("password"), "Use at least 15 characters.")]),
    };
    add("reset", &reset(Some(ink.w("tok"))));
    add("reset-used", &reset(None));
    add("me", &ink.me());
    add("me-banned", &ink.banned_me());
    add("me-empty", &MePage { comments: vec![], reports: vec![], comments_next_href: None, ..ink.me() });
}

fn desk(ink: &Ink, add: Add<'_>) {
    let titles = || ink.titles("/moderation/queue?title=x");
    let reported =
        QueueCard { why: vec![WhyHere::Reported], findings: vec![], ..ink.card("seen", CommentState::Published) };
    let cards = vec![
        ink.card("q", CommentState::Held),
        ink.quiet_card(),
        QueueCard { barred: Some(Barred::OwnComment), ..reported },
    ];
    add(
        "queue",
        &QueuePage {
            frame: ink.staff(),
            titles: titles(),
            waiting_count: 3,
            cards,
            next_href: Some(ink.w("/moderation/queue?after=x")),
        },
    );
    add(
        "queue-empty",
        &QueuePage { frame: ink.staff(), titles: titles(), waiting_count: 0, cards: vec![], next_href: None },
    );
    let history = vec![DecisionRow {
        action: Action::Remove,
        by: ink.w("Nora Quill"),
        at: ink.at("2026-03-14T19:00:00Z"),
        clause: Some(ink.clause("1")),
        note: ink.w("A threat."),
    }];
    let conflict = QueueCard {
        conflict: Some(Conflict { winner: Some((ink.w("Nora Quill"), Action::Remove)) }),
        ..ink.card("q", CommentState::Removed)
    };
    add("card-conflict", &CardPage { frame: ink.staff(), card: conflict, history });
    let refused = QueueCard {
        problems: ink.problems(&[(Some("clause"), "A removal names a clause.")]),
        note: ink.w("See the last line."),
        ..ink.card("q", CommentState::Held)
    };
    add("card-refused", &CardPage { frame: ink.staff(), card: refused, history: vec![] });
    let moved = QueueCard { conflict: Some(Conflict { winner: None }), ..ink.card("q", CommentState::Rejected) };
    add("card-moved", &CardPage { frame: ink.staff(), card: moved, history: vec![] });

    add("subscriber", &ink.subscriber_page(Problems::default()));
    let problems = [
        (Some("privileges"), "Choose at least one privilege."),
        (Some("until_day"), "Choose a day that is still to come."),
    ];
    add("subscriber-refused", &ink.subscriber_page(ink.problems(&problems)));
    add(
        "subscriber-staff",
        &SubscriberPage {
            form: None,
            is_staff: true,
            in_force: vec![],
            past: vec![],
            ..ink.subscriber_page(Problems::default())
        },
    );
    let fields = vec![
        Hidden { name: "clause".into(), value: "civility".into() },
        Hidden { name: "note".into(), value: ink.w("Third removal.") },
    ];
    let ban = ink.ban("one", true);
    add(
        "ban-review",
        &BanReviewPage {
            frame: ink.staff(),
            subscriber: ink.head(),
            in_force: vec![ink.ban("three", true)],
            privileges: ban.privileges,
            clause: ban.clause,
            title_name: None,
            until: None,
            note: ban.note,
            evidence: ban.evidence,
            fields,
            problems: Problems::default(),
        },
    );
    let frame = Frame { done: Some(Done::Banned), ..ink.staff() };
    add(
        "bans",
        &BansPage {
            frame,
            titles: ink.titles("/moderation/bans?title=x"),
            has_past: true,
            in_force_href: ink.w("/moderation/bans?title=x"),
            all_href: ink.w("/moderation/bans?title=x&past=yes"),
            bans: vec![ink.ban("one", true), ink.ban("two", false)],
            next_href: Some(ink.w("/moderation/bans?after=x")),
        },
    );
    add(
        "bans-empty",
        &BansPage {
            frame: ink.staff(),
            titles: vec![],
            has_past: false,
            in_force_href: ink.w("/moderation/bans"),
            all_href: ink.w("/moderation/bans?past=yes"),
            bans: vec![],
            next_href: None,
        },
    );
    add(
        "lift",
        &LiftPage {
            frame: ink.staff(),
            ban: ink.ban("one", true),
            reason: ink.w(""),
            reason_max_chars: 1000,
            problems: ink.problems(&[(Some("reason"), "Say why.")]),
        },
    );
}

fn errors(ink: &Ink, add: Add<'_>) {
    for (name, kind) in [
        ("bad-request", ErrorKind::BadRequest),
        ("forbidden", ErrorKind::Forbidden),
        ("not-found", ErrorKind::NotFound),
        ("conflict", ErrorKind::Conflict),
        ("too-fast", ErrorKind::TooFast),
        ("broken", ErrorKind::Broken),
        ("unavailable", ErrorKind::Unavailable),
    ] {
        add(&format!("error-{name}"), &ink.error(kind));
    }
    let typed = vec![Typed {
        label: ink.w("Your comment"),
        text: ink.w("It took me an hour to write this, and then the kettle boiled."),
    }];
    add("expired", &ExpiredPage { frame: ink.subscriber(), typed, back: Href::to_path("/stories/sto_mill").unwrap() });
}
