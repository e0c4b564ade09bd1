//! What can wait for a second person, as it is kept: JSON with names that stay.

use serde::{Deserialize, Serialize};

use crate::bans::{Fate, Privilege, Privileges};
use crate::kernel::{ClauseId, CommentId, Role, Scope, SubscriberId, Timestamp, TitleId};
use crate::moderation::{self, BanForm, BulkForm, DecideForm};
use crate::rulebook::sweep::SweepForm;

/// An act that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// To remove a comment.
    Remove {
        /// Which.
        comment: CommentId,
        /// The clause broken.
        clause: Option<ClauseId>,
        /// A note for the other moderators.
        note: Option<String>,
        /// The revision that was judged.
        revision: i64,
    },
    /// To ban a subscriber.
    Ban {
        /// Whom.
        subscriber: SubscriberId,
        /// What is withdrawn.
        privileges: Vec<String>,
        /// The clause broken.
        clause: ClauseId,
        /// Where it holds; unless told, in the clause's title.
        scope: Option<Scope>,
        /// Until when; nothing for good.
        until: Option<Timestamp>,
        /// The comments that it rests on.
        evidence: Vec<CommentId>,
        /// A note for the other moderators.
        note: Option<String>,
        /// What happens to the subscriber's comments.
        comments: String,
    },
    /// To ban many subscribers at once.
    BanMany {
        /// Whom.
        subscribers: Vec<SubscriberId>,
        /// The clause broken.
        clause: ClauseId,
        /// What is withdrawn.
        privileges: Vec<String>,
        /// Until when; nothing for good.
        until: Option<Timestamp>,
    },
    /// To run the title's rules over what is published.
    Sweep {
        /// The title.
        title: TitleId,
        /// Comments written from then on.
        since: Timestamp,
        /// The rules that may hold; none named for all.
        rules: Vec<String>,
    },
}

impl Act {
    /// The removal of `comment` by `form`.
    #[must_use]
    pub fn removal(comment: CommentId, form: DecideForm) -> Self {
        Self::Remove { comment, clause: form.clause, note: form.note, revision: form.revision }
    }

    /// The ban of `subscriber` by `form`.
    #[must_use]
    pub fn ban(subscriber: SubscriberId, form: BanForm) -> Self {
        Self::Ban {
            subscriber,
            privileges: form.privileges.names(),
            clause: form.clause,
            scope: form.scope,
            until: form.until,
            evidence: form.evidence,
            note: form.note,
            comments: form.comments.as_str().to_owned(),
        }
    }

    /// The kind of act, as it is written.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Remove { .. } => "remove",
            Self::Ban { .. } => "ban",
            Self::BanMany { .. } => "ban_many",
            Self::Sweep { .. } => "sweep",
        }
    }

    /// The least role that lets somebody do it, where it is done.
    #[must_use]
    pub const fn least_role(&self) -> Role {
        match self {
            Self::Remove { .. } | Self::Ban { .. } => Role::Moderator,
            Self::BanMany { .. } | Self::Sweep { .. } => Role::Editor,
        }
    }
}

impl From<BulkForm> for Act {
    fn from(form: BulkForm) -> Self {
        Self::BanMany {
            subscribers: form.subscribers,
            clause: form.clause,
            privileges: form.privileges.names(),
            until: form.until,
        }
    }
}

impl From<SweepForm> for Act {
    fn from(form: SweepForm) -> Self {
        Self::Sweep { title: form.title, since: form.since, rules: form.rules }
    }
}

/// An act as its use case takes it.
pub(super) enum Doable {
    Remove(CommentId, DecideForm),
    Ban(SubscriberId, BanForm),
    BanMany(BulkForm),
    Sweep(SweepForm),
}

impl Act {
    /// The act for its use case; nothing when it is not what we once wrote.
    pub(super) fn doable(self) -> Option<Doable> {
        Some(match self {
            Self::Remove { comment, clause, note, revision } => {
                let form = DecideForm { action: moderation::Action::Remove, clause, note, revision };
                Doable::Remove(comment, form)
            }
            Self::Ban { subscriber, privileges, clause, scope, until, evidence, note, comments } => {
                let (privileges, comments) = (read(&privileges)?, Fate::parse(&comments)?);
                Doable::Ban(subscriber, BanForm { privileges, clause, scope, until, evidence, note, comments })
            }
            Self::BanMany { subscribers, clause, privileges, until } => {
                let privileges = read(&privileges)?;
                Doable::BanMany(BulkForm { subscribers, clause, privileges, until, is_dry_run: false })
            }
            Self::Sweep { title, since, rules } => Doable::Sweep(SweepForm { title, since, rules }),
        })
    }
}

fn read(names: &[String]) -> Option<Privileges> {
    names.iter().map(|name| Privilege::parse(name)).collect()
}
