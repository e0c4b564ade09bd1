//! The pages around the second factor and the second person.

use belowline::http::pages::views::*;

use super::every::Add;
use super::samples::Ink;

pub(super) fn staff(ink: &Ink, add: Add<'_>) {
    let question = || Question { ceremony: "cer_a".to_owned(), options: ink.w("{\"publicKey\":{}}") };
    let code = |problems| SignInCodePage {
        frame: ink.frame(None),
        ticket: ink.w("acct_x.1.2"),
        passkey: Some(question()),
        problems,
    };
    add("sign-in-code", &code(Problems::default()));
    add("sign-in-code-refused", &code(ink.problems(&[(Some("code"), "That code is not right.")])));
    let prove = |has_password, has_factor, problems| ProvePage {
        frame: ink.staff(),
        return_to: ink.w("/moderation/bans"),
        email: ink.w("marjorie.tull@post.example"),
        minutes: 15,
        has_password,
        has_factor,
        passkey: has_factor.then(question),
        problems,
    };
    add("prove", &prove(true, true, Problems::default()));
    add("prove-refused", &prove(true, false, ink.problems(&[(Some("password"), "This is not your password.")])));
    add("prove-login", &prove(false, false, Problems::default()));
    let factor = |step, is_withheld, problems| SecondFactorPage {
        frame: ink.subscriber(),
        step,
        is_withheld,
        return_to: ink.w("/moderation/queue"),
        prove_href: "/prove".to_owned(),
        passkeys: vec![PasskeyLine {
            id: "pkey_a".to_owned(),
            label: ink.w("Telephone"),
            since: ink.at("2026-03-01T09:00:00Z"),
            used: Some(ink.at("2026-03-14T09:00:00Z")),
        }],
        may_add: !is_withheld,
        problems,
    };
    add("factor-begin", &factor(FactorStep::Begin, true, Problems::default()));
    let scan = Scan { secret: ink.w("GEZD GNBV GY3T QOJQ"), path: "M4 4h1v1h-1zM6 5h1v1h-1z".into(), size: 41 };
    add("factor-scan", &factor(FactorStep::Scan(scan), true, Problems::default()));
    add(
        "factor-codes",
        &factor(FactorStep::Codes(ink.all(&["k4m2-9xpa-7qrt", "b8d3-wn5h-2fzc"])), false, Problems::default()),
    );
    add("factor-enrolled", &factor(FactorStep::Enrolled(9), false, Problems::default()));
    add("factor-passkey", &factor(FactorStep::Ask(question(), ink.w("Telephone")), false, Problems::default()));
    let none = SecondFactorPage {
        passkeys: vec![],
        may_add: false,
        ..factor(FactorStep::Enrolled(9), false, Problems::default())
    };
    add("factor-no-passkeys", &none);
    let wrong = ink.problems(&[(Some("code"), "That code is not right.")]);
    add("factor-refused", &factor(FactorStep::Enrolled(1), true, wrong));
    approvals(ink, add);
}

fn approvals(ink: &Ink, add: Add<'_>) {
    let row = |kind_key, is_own| ApprovalRow {
        id: if is_own { "appr_a" } else { "appr_b" }.to_owned(),
        kind_key,
        reason_key: if is_own { "approval-many" } else { "approval-two-people" },
        title_name: ink.w("The Northmere Gazette"),
        href: Some(ink.w("/moderation/comments/cmt_a")),
        clause: Some(ink.clause("3")),
        until: Some(ink.at("2026-03-21T18:00:00Z")),
        count: (!is_own).then_some(12),
        note: ink.w("Came back under a third name."),
        by: ink.w("Nora Quill"),
        asked: ink.at("2026-03-14T18:00:00Z"),
        over: ink.at("2026-03-15T18:00:00Z"),
        is_own,
    };
    let rows = vec![row("approval-remove", true), row("approval-ban-many", false)];
    add("approvals", &ApprovalsPage { frame: ink.staff(), approvals: rows });
    add("approvals-empty", &ApprovalsPage { frame: ink.staff(), approvals: vec![] });
}
