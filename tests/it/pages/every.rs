//! Every page in every state worth a look.

use belowline::http::pages::views::*;

use super::samples::Ink;

/// Every page in every state worth a look: a name for its file, and the page.
pub(super) fn every_page(ink: &Ink) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut add =
        |name: &str, page: &dyn askama::DynTemplate| pages.push((name.to_owned(), page.dyn_render().unwrap()));
    front(ink, &mut add);
    threads(ink, &mut add);
    forms(ink, &mut add);
    accounts(ink, &mut add);
    super::staff::staff(ink, &mut add);
    own_removed(ink, &mut add);
    thread_state(ink, &mut add);
    desk(ink, &mut add);
    super::rulebook::documents(ink, &mut add);
    super::rulebook::trials(ink, &mut add);
    errors(ink, &mut add);
    pages
}

pub(super) type Add<'a> = &'a mut dyn FnMut(&str, &dyn askama::DynTemplate);

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
        ("past-due", WhyShut::PastDue),
        ("charged-back", WhyShut::ChargedBack),
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
    let nudge = Nudge {
        token: ink.w("0.0.0"),
        segments: vec![
            Segment { text: ink.w("What "), is_marked: false },
            Segment { text: ink.w("rubbish"), is_marked: true },
        ],
        reasons: vec![ink.w("Please argue with the point and not with the person.")],
    };
    let nudged = Compose { nudge: Some(nudge), ..ink.compose("What rubbish") };
    add("story-nudged", &ink.thread(ink.subscriber(), CommentBox::Open(nudged)));
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
        is_later_page: true,
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
            is_later_page: false,
        },
    );
}

fn own_removed(ink: &Ink, add: Add<'_>) {
    let text = "<p>Cheap bridge paint at my shop.</p>";
    let comment = ink.comment("m3", "x", "2026-03-14T18:58:00Z", text);
    let own = CommentView { statement: Some("sor_1".into()), ..ink.own(comment, CommentState::Removed, None) };
    let reply = ink.under("m3", ink.comment("n", "Wen Li", "2026-03-14T19:30:00Z", "<p>Where is it?</p>"));
    let reply = CommentView { more: Some(MoreReplies { href: ink.w("/comments/cmt_n"), count: 2 }), ..reply };
    let page = CommentPage {
        frame: ink.subscriber(),
        story: ink.story(),
        ancestors: vec![],
        branch: Branch::new(own, vec![reply], None),
        is_later_page: false,
    };
    add("comment-own-removed", &page);
}

fn thread_state(ink: &Ink, add: Add<'_>) {
    let page = ThreadPage {
        frame: ink.staff(),
        story: ink.story(),
        status: Some(ThreadStatus::PreModerated),
        closes: Some(ink.at("2026-04-14T23:00:00Z")),
        closing: Some(Closing::Keep),
        days: String::new(),
        max_days: 3650,
        problems: Problems::default(),
    };
    let refused = ThreadPage {
        closes: None,
        closing: Some(Closing::Days),
        days: ink.w("many"),
        problems: ink.problems(&[(Some("days"), "Write a number of days.")]),
        ..page.clone()
    };
    add("thread", &page);
    add("thread-refused", &refused);
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
        earlier: None,
        problems,
    };
    let earlier = EarlierReport {
        clause: ink.clause("1"),
        note: ink.w("He does this every week."),
        sent: ink.at("2026-03-14T18:50:00Z"),
        outcome: ReportOutcome::NotUpheld,
    };
    let again = ReportPage { earlier: Some(earlier), note: ink.w("And again."), ..report(Problems::default(), "") };
    add("report-again", &again);
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
        providers: vec![(ink.w("the Northmere Gazette"), "/sign-in/oidc?issuer=x".into())],
        problems,
    };
    add("sign-in", &sign_in(Problems::default()));
    add("sign-in-refused", &sign_in(ink.problems(&[(None, "E-mail address and password do not go together.")])));
    let sign_up = |problems| SignUpPage {
        frame: ink.frame(None),
        email: ink.w("marjorie"),
        name: ink.w("Marjorie Tull"),
        password_min_chars: 15,
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
    for (name, sent) in [
        ("check-mail", MailSent::Confirmation),
        ("check-mail-reset", MailSent::Reset),
        ("check-mail-change", MailSent::Change),
    ] {
        add(name, &CheckMailPage { frame: ink.frame(None), email: ink.w("marjorie.tull@post.example"), sent });
    }
    add("confirm", &ConfirmPage { frame: ink.frame(None), of: Confirming::SignUp, token: Some(ink.w("tok")) });
    add("confirm-used", &ConfirmPage { frame: ink.frame(None), of: Confirming::Change, token: None });
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
        QueueCard { why: vec![WhyHere::Reported], verdict: None, ..ink.card("seen", CommentState::Published) };
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
        undone: None,
        may_undo: true,
        id: "dec_1".into(),
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
            comments_key: "ban-comments-remove-held",
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
            restore: false,
            reason_max_chars: 1000,
            problems: ink.problems(&[(Some("reason"), "Say why.")]),
        },
    );
}

fn errors(ink: &Ink, add: Add<'_>) {
    for (name, kind) in [
        ("bad-request", ErrorKind::BadRequest),
        ("not-signed-in", ErrorKind::NotSignedIn),
        ("forbidden", ErrorKind::Forbidden),
        ("not-found", ErrorKind::NotFound),
        ("conflict", ErrorKind::Conflict),
        ("too-fast", ErrorKind::TooFast),
        ("broken", ErrorKind::Broken),
        ("unavailable", ErrorKind::Unavailable),
        ("unproven", ErrorKind::Unproven),
        ("factor-wanted", ErrorKind::FactorWanted),
        ("waiting", ErrorKind::Waiting),
    ] {
        add(&format!("error-{name}"), &ink.error(kind));
    }
    let typed = vec![Typed {
        label: ink.w("Your comment"),
        text: ink.w("It took me an hour to write this, and then the kettle boiled."),
    }];
    let expired = ErrorPage { typed, ..ink.error(ErrorKind::Expired) };
    add("expired-signed-out", &ErrorPage { frame: ink.frame(None), is_after_sign_in: true, ..expired.clone() });
    add("expired", &expired);
}
