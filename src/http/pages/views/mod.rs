//! What each page shows, as plain data: a handler fills a view, and `render()` makes the page.
//!
//! Every word on a page comes from Fluent through its [`Frame`], every moment arrives already written for the
//! title's zone, and text that a person typed is escaped. The one way past escaping is a [`SafeHtml`] in a field
//! of that type: no template may say `|safe`.

mod account;
mod backtest;
mod bans;
mod comments;
mod compose;
mod errors;
mod forms;
mod frame;
mod home;
mod identity;
mod labels;
mod me;
mod moderation;
mod report;
mod rulebook;
mod safe_html;
mod staff;
mod story;
mod subscriber;
mod thread;

pub use account::{CheckMailPage, ConfirmPage, Confirming, ForgotPage, MailSent, ResetPage, SignInPage, SignUpPage};
pub use backtest::{
    BacktestPage, BacktestRow, BacktestsPage, Bar, CHART_HEIGHT, CaughtView, Chart, ExampleView, ReportView,
    RuleResult, SweepCount, SweepRow, SweepsPage,
};
pub use bans::{BanRow, BansPage, Evidence, LiftPage, Lifted};
pub use comments::{Answered, Author, Branch, Can, ClauseRef, CommentView, Fate, MoreReplies, Recommend, StoryRef};
pub use compose::{CommentPage, EditPage, ReplyPage, WithdrawPage};
pub use errors::{ErrorKind, ErrorPage, Typed};
pub use forms::{ClauseChoice, Compose, Href, Nudge, Problem, Problems};
pub use frame::{Done, Frame, Masthead, Viewer};
pub use home::{HomePage, HomeTitle, HouseClause, HouseRulesPage, Section, StoryLine, TitlePage};
pub use identity::{FormerName, IdentityPanel, KnownBy};
pub use labels::{Action, CommentState, Privilege, ReportOutcome, Standing, StoryState};
pub use me::{MePage, MyBan, MyComment, MyReport, MySession, MyWarning, Statement};
pub use moderation::{
    AuthorRecord, Barred, CardPage, Chance, Conflict, DecisionRow, FindingView, QueueCard, QueuePage, QueueTitle,
    ReportCard, Segment, VerdictView, WhyHere,
};
pub use report::{EarlierReport, ReportPage};
pub use rulebook::{
    Checked, DiffLine, DocumentDiffPage, DocumentEditPage, DocumentHistoryPage, DocumentPage, DocumentReviewPage,
    DocumentVersionPage, ModeRow, MovedNote, ObjectionView, Room, RulebookHead, SignalGroup, VersionHead,
};
pub use safe_html::SafeHtml;
pub use staff::{
    ApprovalRow, ApprovalsPage, FactorStep, PasskeyLine, ProvePage, Question, Scan, SecondFactorPage, SignInCodePage,
};
pub use story::{CommentBox, Shut, Sort, StoryHead, StoryPage, WhyShut};
pub use subscriber::{
    BanForm, BanReviewPage, BoundAccount, EvidenceChoice, Hidden, ScopeChoice, SubscriberHead, SubscriberPage, Until,
    WarnForm, WarningRow,
};
pub use thread::{Closing, ThreadPage, ThreadStatus};
