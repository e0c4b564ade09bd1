//! How each domain error leaves the house: one exhaustive match for each, status and code only.
//!
//! Internals are logged here, once, and never sent.

use std::time::Duration;

use serde_json::{Value, json};

use super::error::FieldFault;
use super::{Code, Error};
use crate::accounts::{
    AskChangeError, AskResetError, Challenge, ChangePasswordError, ConfirmError, DeleteAccountError, EndSessionError,
    EnrolError, LinkError, PasskeyError, ReauthenticateError, RemoveError, RenameError, RenewError, ResetPasswordError,
    SetRoleError, SignInError, SignUpError, StaffSessionError,
};
use crate::app::App;
use crate::approvals::{ApproveError, AskError};
use crate::bans::AcknowledgeError;
use crate::comments::{EditError, RecommendError, SubmitError, WithdrawError};
use crate::gate::Refusal;
use crate::identity::ExchangeError;
use crate::kernel::Timestamp;
use crate::limits::RetryAfter;
use crate::moderation::{BanError, BulkError, DecideError, LiftError, PersonError, QueueError, RungError};
use crate::reports;
use crate::rulebook::backtest::RequestError;
use crate::rulebook::history::RevertError;
use crate::rulebook::sweep::{SweepError, UndoError};
use crate::rulebook::{Moved, Objection, PublishError};
use crate::rules::language::Complaint;
use crate::secrets::PasswordsError;
use crate::storage::StorageError;
use crate::stories::{PutError, SetStatusError};
use crate::subscriptions::SetError;

/// How long to wait for a database that does not answer.
const HEALS_WITHIN: Duration = Duration::from_secs(2);

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => {
                tracing::warn!(%error, "the database is unavailable");
                Self::new(Code::Unavailable).retry_after(HEALS_WITHIN)
            }
            StorageError::Conflict(_) | StorageError::Corrupt { .. } | StorageError::Engine(_) => {
                tracing::error!(%error, "the database failed");
                Self::new(Code::Internal)
            }
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Banned { until, clause } => {
                Self::new(Code::Banned).member("until", json!(until)).member("clause", json!(clause))
            }
            Refusal::WarningUnacknowledged { warning, clause } => {
                Self::new(Code::WarningUnacknowledged).member("warning", json!(warning)).member("clause", json!(clause))
            }
            Refusal::NotSubscribed(entitlement) => {
                Self::new(Code::NotSubscribed).member("standing", entitlement.as_str())
            }
            Refusal::EmailUnconfirmed => Self::new(Code::EmailUnconfirmed),
        }
    }
}

/// Faults of fields that a use case found.
fn invalid(faults: impl IntoIterator<Item = (&'static str, &'static str)>) -> Error {
    Error::invalid(faults.into_iter().map(|(field, code)| FieldFault::new(field, code, &[])).collect())
}

/// Why a name does not change.
pub(super) fn rename(app: &App, error: RenameError) -> Error {
    match error {
        RenameError::Invalid(faults) => invalid(faults.into_iter().map(|fault| (fault.field, fault.code))),
        RenameError::Lately { until } => too_quick(app, Code::RenamedLately, until).member("until", json!(until)),
        RenameError::NotFound => Code::NotFound.into(),
        RenameError::Storage(error) => error.into(),
    }
}

impl From<ExchangeError> for Error {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Refused(why) => {
                tracing::warn!(%why, "a host token is refused");
                Code::HostTokenRefused.into()
            }
            ExchangeError::Unanswered(why) => {
                tracing::warn!(%why, "a provider cannot be asked");
                Self::new(Code::ProviderUnavailable).retry_after(HEALS_WITHIN)
            }
            ExchangeError::TooMany(error) => error.into(),
            ExchangeError::Storage(error) => error.into(),
        }
    }
}

impl From<DeleteAccountError> for Error {
    fn from(error: DeleteAccountError) -> Self {
        match error {
            DeleteAccountError::LastAdmin => Code::LastAdmin.into(),
            DeleteAccountError::Storage(error) => error.into(),
        }
    }
}

impl From<PersonError> for Error {
    fn from(error: PersonError) -> Self {
        match error {
            PersonError::NotFound => Code::NotFound.into(),
            PersonError::Forbidden => Code::Forbidden.into(),
            PersonError::IsStaff => Code::IsStaff.into(),
            PersonError::TooMany => Self::new(Code::TooManyRequests).retry_after(Duration::from_secs(600)),
            PersonError::Unchanged => Code::Conflict.into(),
            PersonError::Storage(error) => error.into(),
        }
    }
}

/// A refusal of one who is too quick, with when to come back.
fn too_quick(app: &App, code: Code, until: Timestamp) -> Error {
    let wait = app.now().until(until).max(Duration::from_millis(1));
    Error::new(code).retry_after(wait)
}

/// Why a comment is not taken.
pub(super) fn submit(app: &App, error: SubmitError) -> Error {
    match error {
        SubmitError::NotFound => Code::NotFound.into(),
        SubmitError::Refused(refusal) => refusal.into(),
        SubmitError::StoryClosed => Code::StoryClosed.into(),
        SubmitError::SlowDown { until } => too_quick(app, Code::SlowDown, until).member("until", json!(until)),
        SubmitError::ParentGone => Code::ParentGone.into(),
        SubmitError::UnknownParent => invalid([("parent", "unknown")]),
        SubmitError::BodyLength(length) => body_length(length),
        SubmitError::TooFast { until } => too_quick(app, Code::TooFast, until),
        SubmitError::Nudged { nudge, findings } => nudged(app, nudge, &findings),
        SubmitError::KeyMismatch => Code::IdempotencyMismatch.into(),
        SubmitError::Storage(error) => error.into(),
    }
}

/// Asks the author to reconsider, showing what the rules saw.
fn nudged(app: &App, nudge: String, findings: &[crate::rules::Finding]) -> Error {
    let findings = super::api::views::FindingView::all_for_author(app, findings);
    Error::new(Code::Nudged).member("nudge", nudge).member("findings", json!(findings))
}

fn body_length(length: crate::comments::BodyLength) -> Error {
    Error::new(Code::BodyLength).member("max", length.max).member("chars", length.chars as u64)
}

/// Why a comment cannot be edited, `winner` being the decision that made it stale.
pub(super) fn edit(error: EditError, winner: Option<crate::moderation::Winner>) -> Error {
    match error {
        EditError::NotFound => Code::NotFound.into(),
        EditError::NotYours => Code::Forbidden.into(),
        EditError::Refused(refusal) => refusal.into(),
        EditError::Stale(comment) => stale(comment.revision, winner),
        EditError::NotEditable(_) => Code::NotEditable.into(),
        EditError::WindowOver => Code::EditWindowOver.into(),
        EditError::BodyLength(length) => body_length(length),
        EditError::Storage(error) => error.into(),
    }
}

fn stale(revision: i64, winner: Option<crate::moderation::Winner>) -> Error {
    let winner = winner.map(|winner| json!({ "name": winner.name, "action": winner.action.as_str() }));
    Error::new(Code::StaleRevision).member("winner", winner.unwrap_or(Value::Null)).member("revision", revision)
}

impl From<WithdrawError> for Error {
    fn from(error: WithdrawError) -> Self {
        match error {
            WithdrawError::NotFound => Code::NotFound.into(),
            WithdrawError::NotYours => Code::Forbidden.into(),
            WithdrawError::Storage(error) => error.into(),
        }
    }
}

impl From<RecommendError> for Error {
    fn from(error: RecommendError) -> Self {
        match error {
            RecommendError::NotFound => Code::NotFound.into(),
            RecommendError::OwnComment => Code::Forbidden.into(),
            RecommendError::Refused(refusal) => refusal.into(),
            RecommendError::Storage(error) => error.into(),
        }
    }
}

/// Why a report is not taken.
pub(super) fn report(app: &App, error: reports::SubmitError) -> Error {
    match error {
        reports::SubmitError::NotFound => Code::NotFound.into(),
        reports::SubmitError::OwnComment => Code::Forbidden.into(),
        reports::SubmitError::Refused(refusal) => refusal.into(),
        reports::SubmitError::AlreadyReported => Code::AlreadyReported.into(),
        reports::SubmitError::UnknownClause => invalid([("clause", "unknown")]),
        reports::SubmitError::TooMany { until } => too_quick(app, Code::TooManyRequests, until),
        reports::SubmitError::KeyMismatch => Code::IdempotencyMismatch.into(),
        reports::SubmitError::Storage(error) => error.into(),
    }
}

impl From<DecideError> for Error {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Code::NotFound.into(),
            DecideError::Forbidden => Code::Forbidden.into(),
            DecideError::Stale { winner, comment } => stale(comment.revision, winner),
            DecideError::ClauseMissing => invalid([("clause", "missing")]),
            DecideError::UnknownClause => invalid([("clause", "unknown")]),
            DecideError::SecondPersonNeeded(_) => Code::SecondPersonNeeded.into(),
            DecideError::KeyMismatch => Code::IdempotencyMismatch.into(),
            DecideError::Storage(error) => error.into(),
        }
    }
}

impl From<QueueError> for Error {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::NotFound => Code::NotFound.into(),
            QueueError::Forbidden => Code::Forbidden.into(),
            QueueError::Storage(error) => error.into(),
        }
    }
}

impl From<BanError> for Error {
    fn from(error: BanError) -> Self {
        match error {
            BanError::NotFound => Code::NotFound.into(),
            BanError::Forbidden => Code::Forbidden.into(),
            BanError::IsStaff => Code::IsStaff.into(),
            BanError::Invalid(faults) => invalid(faults),
            BanError::SecondPersonNeeded(_) => Code::SecondPersonNeeded.into(),
            BanError::KeyMismatch => Code::IdempotencyMismatch.into(),
            BanError::Storage(error) => error.into(),
        }
    }
}

impl From<BulkError> for Error {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::NotFound => Code::NotFound.into(),
            BulkError::Forbidden => Code::Forbidden.into(),
            BulkError::Invalid(faults) => invalid(faults),
            BulkError::TooMany { left } => {
                Self::new(Code::TooManyRequests).retry_after(Duration::from_secs(600)).member("left", left)
            }
            BulkError::AlreadyUndone => Code::Conflict.into(),
            BulkError::SecondPersonNeeded(_) => Code::SecondPersonNeeded.into(),
            BulkError::KeyMismatch => Code::IdempotencyMismatch.into(),
            BulkError::Storage(error) => error.into(),
        }
    }
}

impl From<AskError> for Error {
    fn from(error: AskError) -> Self {
        match error {
            AskError::NotFound => Code::NotFound.into(),
            AskError::TooMany => Self::new(Code::TooManyRequests).retry_after(Duration::from_secs(3_600)),
            AskError::Storage(error) => error.into(),
        }
    }
}

impl From<ApproveError> for Error {
    fn from(error: ApproveError) -> Self {
        match error {
            ApproveError::NotFound => Code::NotFound.into(),
            ApproveError::Forbidden => Code::Forbidden.into(),
            ApproveError::Over => Code::Conflict.into(),
            ApproveError::Decide(error) => error.into(),
            ApproveError::Ban(error) => error.into(),
            ApproveError::Bulk(error) => error.into(),
            ApproveError::Sweep(error) => error.into(),
            ApproveError::Storage(error) => error.into(),
        }
    }
}

impl From<RungError> for Error {
    fn from(error: RungError) -> Self {
        match error {
            RungError::NotFound => Code::NotFound.into(),
            RungError::Forbidden => Code::Forbidden.into(),
            RungError::WhichTitle => {
                Self::new(Code::InvalidQuery).detail("Several titles are yours: name one, `title=`.")
            }
            RungError::Storage(error) => error.into(),
        }
    }
}

impl From<AcknowledgeError> for Error {
    fn from(error: AcknowledgeError) -> Self {
        match error {
            AcknowledgeError::NotFound => Code::NotFound.into(),
            AcknowledgeError::Storage(error) => error.into(),
        }
    }
}

impl From<LiftError> for Error {
    fn from(error: LiftError) -> Self {
        match error {
            LiftError::NotFound => Code::NotFound.into(),
            LiftError::Forbidden => Code::Forbidden.into(),
            LiftError::NotInForce => Code::Conflict.into(),
            LiftError::KeyMismatch => Code::IdempotencyMismatch.into(),
            LiftError::Storage(error) => error.into(),
        }
    }
}

/// Everything that is wrong with a text.
fn objections(objections: &[Objection]) -> Error {
    let complaints: Vec<_> = objections.iter().map(super::api::rulebook::ObjectionView::of).collect();
    Error::new(Code::InvalidText).member("complaints", json!(complaints))
}

fn complaints(source: &str, complaints: &[Complaint]) -> Error {
    objections(&complaints.iter().map(|complaint| Objection::of_complaint(source, complaint)).collect::<Vec<_>>())
}

impl From<PublishError> for Error {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::NoTitle(_) => Code::NotFound.into(),
            PublishError::Forbidden => Code::Forbidden.into(),
            PublishError::Invalid(found) => objections(&found),
            PublishError::Moved(Moved { based_on, latest }) => {
                Self::new(Code::StaleVersion).member("based_on", based_on).member("latest", latest)
            }
            PublishError::Storage(error) => error.into(),
        }
    }
}

impl From<RevertError> for Error {
    fn from(error: RevertError) -> Self {
        match error {
            RevertError::NoVersion => invalid([("version", "unknown")]),
            RevertError::Publish(error) => error.into(),
        }
    }
}

/// Why the rules in `source` are not tried.
pub(super) fn backtest(source: &str, error: RequestError) -> Error {
    match error {
        RequestError::NoTitle(_) => Code::NotFound.into(),
        RequestError::Forbidden => Code::Forbidden.into(),
        RequestError::EmptyPeriod => invalid([("since", "empty_period")]),
        RequestError::Invalid(found) => complaints(source, &found),
        RequestError::NoRules => invalid([("source", "no_rules")]),
        RequestError::NotText => Code::Malformed.into(),
        RequestError::RuleSet(error) => unreadable(&error),
        RequestError::Storage(error) => error.into(),
    }
}

impl From<crate::rulebook::RuleSetError> for Error {
    fn from(error: crate::rulebook::RuleSetError) -> Self {
        match error {
            crate::rulebook::RuleSetError::Storage(error) => error.into(),
            other => unreadable(&other),
        }
    }
}

/// What a title is judged by cannot be read: it has to be published anew first.
fn unreadable(error: &crate::rulebook::RuleSetError) -> Error {
    tracing::error!(%error, "the rules of a title cannot be read");
    Error::new(Code::Conflict).detail("What the title is judged by now cannot be read; publish it anew.")
}

impl From<SweepError> for Error {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::NoTitle(_) => Code::NotFound.into(),
            SweepError::Forbidden => Code::Forbidden.into(),
            SweepError::TooOld => invalid([("since", "too_old")]),
            SweepError::NoRule(_) => invalid([("rules", "unknown")]),
            SweepError::RuleSet(error) => unreadable(&error),
            SweepError::SecondPersonNeeded(_) => Code::SecondPersonNeeded.into(),
            SweepError::Storage(error) => error.into(),
        }
    }
}

impl From<UndoError> for Error {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::NotFound => Code::NotFound.into(),
            UndoError::Forbidden => Code::Forbidden.into(),
            UndoError::AlreadyUndone => Code::Conflict.into(),
            UndoError::Storage(error) => error.into(),
        }
    }
}

impl From<PutError> for Error {
    fn from(error: PutError) -> Self {
        match error {
            PutError::NoTitle => Code::NotFound.into(),
            PutError::Invalid(faults) => invalid(faults),
            PutError::Storage(error) => error.into(),
        }
    }
}

impl From<SetStatusError> for Error {
    fn from(error: SetStatusError) -> Self {
        match error {
            SetStatusError::NotFound => Code::NotFound.into(),
            SetStatusError::Storage(error) => error.into(),
        }
    }
}

impl From<RetryAfter> for Error {
    fn from(wait: RetryAfter) -> Self {
        Self::new(Code::TooManyRequests).retry_after(Duration::from_secs(wait.seconds()))
    }
}

impl From<PasswordsError> for Error {
    fn from(error: PasswordsError) -> Self {
        match error {
            PasswordsError::Busy { retry_after } => Self::new(Code::Busy).retry_after(retry_after),
            PasswordsError::TooLong => invalid([("password", "password_too_long")]),
            PasswordsError::Corrupt => {
                tracing::error!("a stored password hash does not read back");
                Code::Internal.into()
            }
        }
    }
}

impl From<SignInError> for Error {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => Code::SignInFailed.into(),
            SignInError::EmailUnconfirmed => Code::EmailUnconfirmed.into(),
            SignInError::SecondFactorNeeded { passkey, .. } => factor_needed(passkey.as_deref()),
            SignInError::SecondFactorRefused => Code::SecondFactorRefused.into(),
            SignInError::TooMany(wait) => wait.into(),
            SignInError::Passwords(PasswordsError::TooLong) => Code::SignInFailed.into(),
            SignInError::Passwords(error) => error.into(),
            SignInError::Storage(error) => error.into(),
        }
    }
}

/// A second factor is needed; whoever has a passkey is told the question for it.
fn factor_needed(passkey: Option<&Challenge>) -> Error {
    let error = Error::new(Code::SecondFactorNeeded);
    match passkey {
        Some(asked) => {
            error.member("passkey", serde_json::json!({ "ceremony": asked.ceremony, "options": asked.options }))
        }
        None => error,
    }
}

impl From<PasskeyError> for Error {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Impossible => Code::Conflict.into(),
            PasskeyError::Forbidden => Code::SecondFactorRequired.into(),
            PasskeyError::NotFound => Code::NotFound.into(),
            PasskeyError::Wrong => invalid([("credential", "wrong_answer")]),
            PasskeyError::Label => invalid([("label", "not_a_label")]),
            PasskeyError::Storage(error) => error.into(),
        }
    }
}

impl From<ReauthenticateError> for Error {
    fn from(error: ReauthenticateError) -> Self {
        match error {
            ReauthenticateError::Refused | ReauthenticateError::Passwords(PasswordsError::TooLong) => {
                Code::SignInFailed.into()
            }
            ReauthenticateError::SecondFactorNeeded { passkey } => factor_needed(passkey.as_deref()),
            ReauthenticateError::SecondFactorRefused => Code::SecondFactorRefused.into(),
            ReauthenticateError::NothingToShow => Code::Conflict.into(),
            ReauthenticateError::TooMany(wait) => wait.into(),
            ReauthenticateError::Passwords(error) => error.into(),
            ReauthenticateError::Storage(error) => error.into(),
        }
    }
}

impl From<EnrolError> for Error {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Enrolled => Code::Conflict.into(),
            EnrolError::Storage(error) => error.into(),
        }
    }
}

impl From<ConfirmError> for Error {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::NotBegun => Code::Conflict.into(),
            ConfirmError::Wrong => invalid([("code", "wrong_code")]),
            ConfirmError::TooMany(wait) => wait.into(),
            ConfirmError::Storage(error) => error.into(),
        }
    }
}

impl From<RenewError> for Error {
    fn from(error: RenewError) -> Self {
        match error {
            RenewError::NotEnrolled => Code::Conflict.into(),
            RenewError::Wrong => invalid([("code", "wrong_code")]),
            RenewError::TooMany(wait) => wait.into(),
            RenewError::Storage(error) => error.into(),
        }
    }
}

impl From<StaffSessionError> for Error {
    fn from(error: StaffSessionError) -> Self {
        match error {
            StaffSessionError::NotFound => Code::NotFound.into(),
            StaffSessionError::Forbidden => Code::Forbidden.into(),
            StaffSessionError::Storage(error) => error.into(),
        }
    }
}

impl From<RemoveError> for Error {
    fn from(error: RemoveError) -> Self {
        match error {
            RemoveError::NotEnrolled => Code::Conflict.into(),
            RemoveError::Forbidden => Code::SecondFactorRequired.into(),
            RemoveError::Storage(error) => error.into(),
        }
    }
}

impl From<SignUpError> for Error {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::Invalid(faults) => invalid(faults.into_iter().map(|fault| (fault.field, fault.code))),
            SignUpError::TooMany(wait) => wait.into(),
            SignUpError::Passwords(error) => error.into(),
            SignUpError::Storage(error) => error.into(),
        }
    }
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Invalid => Code::TokenRefused.into(),
            LinkError::Storage(error) => error.into(),
        }
    }
}

impl From<AskResetError> for Error {
    fn from(error: AskResetError) -> Self {
        match error {
            AskResetError::TooMany(wait) => wait.into(),
            AskResetError::Storage(error) => error.into(),
        }
    }
}

impl From<ResetPasswordError> for Error {
    fn from(error: ResetPasswordError) -> Self {
        match error {
            ResetPasswordError::InvalidLink => Code::TokenRefused.into(),
            ResetPasswordError::Invalid(faults) => invalid(faults.into_iter().map(|fault| (fault.field, fault.code))),
            ResetPasswordError::Passwords(error) => error.into(),
            ResetPasswordError::Storage(error) => error.into(),
        }
    }
}

impl From<ChangePasswordError> for Error {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::WrongPassword => invalid([("old", "wrong_password")]),
            ChangePasswordError::Invalid(faults) => invalid(faults.into_iter().map(|fault| (fault.field, fault.code))),
            ChangePasswordError::TooMany(wait) => wait.into(),
            ChangePasswordError::Passwords(error) => error.into(),
            ChangePasswordError::Storage(error) => error.into(),
        }
    }
}

impl From<AskChangeError> for Error {
    fn from(error: AskChangeError) -> Self {
        match error {
            AskChangeError::WrongPassword => invalid([("password", "wrong_password")]),
            AskChangeError::Invalid(faults) => invalid(faults.into_iter().map(|fault| (fault.field, fault.code))),
            AskChangeError::TooMany(wait) => wait.into(),
            AskChangeError::Passwords(error) => error.into(),
            AskChangeError::Storage(error) => error.into(),
        }
    }
}

impl From<EndSessionError> for Error {
    fn from(error: EndSessionError) -> Self {
        match error {
            EndSessionError::NotFound => Code::NotFound.into(),
            EndSessionError::Storage(error) => error.into(),
        }
    }
}

impl From<SetError> for Error {
    fn from(error: SetError) -> Self {
        match error {
            SetError::Forbidden => Code::Forbidden.into(),
            SetError::NotFound => Code::NotFound.into(),
            SetError::Storage(error) => error.into(),
        }
    }
}

impl From<SetRoleError> for Error {
    fn from(error: SetRoleError) -> Self {
        match error {
            SetRoleError::Forbidden => Code::Forbidden.into(),
            SetRoleError::NotFound => Code::NotFound.into(),
            SetRoleError::UnknownTitle => invalid([("title", "unknown")]),
            SetRoleError::AdminIsEverywhere => invalid([("title", "admin_is_everywhere")]),
            SetRoleError::LastAdmin => Code::LastAdmin.into(),
            SetRoleError::Storage(error) => error.into(),
        }
    }
}
