//! The acts that the log knows.

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {
            $( $(#[doc = $doc])+ $name, )*
        }

        impl Action {
            /// The act as it is written in the log.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$name => $text, )*
                }
            }
        }
    };
}

actions! {
    /// An account was made.
    AccountCreated = "account.created";
    /// An address was confirmed.
    EmailConfirmed = "account.email_confirmed";
    /// A link to change to another address was asked for.
    EmailChangeAsked = "account.email_change_asked";
    /// An account changed to another address.
    EmailChanged = "account.email_changed";
    /// A role was given, changed or taken.
    RoleSet = "account.role_set";
    /// A password was changed or set anew.
    PasswordSet = "account.password_set";
    /// A link to set a new password was asked for.
    PasswordResetAsked = "account.password_reset_asked";
    /// Somebody signed in.
    SignedIn = "session.signed_in";
    /// Somebody tried to sign in and could not.
    SignInFailed = "session.sign_in_failed";
    /// A session was ended.
    SessionEnded = "session.ended";
    /// Subscribers were found to be one person.
    SubscribersJoined = "subscriber.joined";
    /// A subscriber was found to be a person of their own.
    SubscriberSeparated = "subscriber.separated";
    /// A join or a separation was taken back.
    SubscribersReordered = "subscriber.reordered";
    /// An account was deleted by its owner.
    AccountDeleted = "account.deleted";
    /// An account took another name.
    AccountRenamed = "account.renamed";
    /// A moderator took a name away.
    NameRemoved = "account.name_removed";
    /// A subscription was granted or changed.
    SubscriptionSet = "subscription.set";
    /// A title was made or changed.
    TitleSet = "title.set";
    /// House rules were published.
    HouseRulesPublished = "house_rules.published";
    /// A title's word list was published.
    WordListPublished = "word_list.published";
    /// The rules that a title's editors wrote were published.
    RulesPublished = "rules.published";
    /// A live rule fired too often and went on trial.
    RuleSuspended = "rules.suspended";
    /// What a title's decisions taught was judged, and perhaps came into force.
    ModelLearnt = "classifier.learnt";
    /// A model that a title's decisions taught was taken out of force.
    ModelReverted = "classifier.reverted";
    /// Rules were run over comments that were published before them.
    SweepMade = "sweep.made";
    /// What they held was published again.
    SweepUndone = "sweep.undone";
    /// A story was added or changed.
    StorySet = "story.set";
    /// A rule held or rejected a comment.
    CommentRestricted = "comment.restricted";
    /// A moderator approved a comment.
    CommentApproved = "comment.approved";
    /// A moderator removed a comment.
    CommentRemoved = "comment.removed";
    /// A moderator restored a comment.
    CommentRestored = "comment.restored";
    /// Other secret keys were declared the installation's.
    KeysAccepted = "installation.keys_accepted";
    /// Privileges were withdrawn from a subscriber.
    BanMade = "ban.made";
    /// A ban was lifted.
    BanLifted = "ban.lifted";
    /// Many subscribers were banned in one act.
    BatchMade = "ban.batch_made";
    /// The bans of one act were lifted.
    BatchUndone = "ban.batch_undone";
    /// A subscriber was reminded of a clause, or warned.
    WarningMade = "warning.made";
    /// A warning was acknowledged.
    WarningAcknowledged = "warning.acknowledged";
    /// A decision was undone.
    DecisionUndone = "decision.undone";
    /// An account enrolled a second factor.
    SecondFactorSet = "account.second_factor_set";
    /// A second factor was removed.
    SecondFactorRemoved = "account.second_factor_removed";
    /// A passkey was added.
    PasskeyAdded = "account.passkey_added";
    /// A passkey was removed.
    PasskeyRemoved = "account.passkey_removed";
    /// A recovery code took the second factor's place.
    RecoveryCodeUsed = "account.recovery_code_used";
    /// New recovery codes were given out.
    RecoveryCodesRenewed = "account.recovery_codes_renewed";
    /// Somebody signed in showed again who they are.
    Reauthenticated = "session.reauthenticated";
    /// Somebody signed in could not show it.
    ReauthenticationFailed = "session.reauthentication_failed";
    /// An act waits for a second person.
    ApprovalAsked = "approval.asked";
    /// A second person approved an act, and it was done.
    ApprovalGiven = "approval.given";
    /// A second person refused an act.
    ApprovalRefused = "approval.refused";
    /// A title's ladder was published.
    LadderPublished = "ladder.published";
}
