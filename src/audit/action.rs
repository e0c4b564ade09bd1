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
}
