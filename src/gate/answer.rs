//! The answer, and its reason.

use super::{Privilege, Standing};
use crate::bans::{Ban, Warning};
use crate::kernel::{ClauseId, Timestamp, TitleId, WarningId};
use crate::subscriptions::Entitlement;

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The privilege is withdrawn.
    #[error("the privilege is withdrawn under `{clause}`")]
    Banned {
        /// Until when; nothing for good.
        until: Option<Timestamp>,
        /// Under which clause.
        clause: ClauseId,
    },
    /// A warning has to be acknowledged first.
    #[error("a warning under `{clause}` has to be acknowledged first")]
    WarningUnacknowledged {
        /// Which.
        warning: WarningId,
        /// Under which clause.
        clause: ClauseId,
    },
    /// No subscription grants it.
    #[error("no subscription grants it: {0:?}")]
    NotSubscribed(Entitlement),
    /// The account's address has not been confirmed.
    #[error("the e-mail address has not been confirmed")]
    EmailUnconfirmed,
}

/// Whether somebody of this `standing` may use `privilege` in `title` at `now`.
///
/// # Errors
/// The reason why not: a ban before a warning, that before a missing subscription, and of several bans the one that lasts
/// longest.
pub fn may(privilege: Privilege, standing: &Standing, title: &TitleId, now: Timestamp) -> Result<(), Refusal> {
    let bans = standing.bans.iter().filter(|ban| ban.withdraws(privilege, title, now));
    let warning = standing.warnings.iter().find(|warning| warning.closes(title));
    answer(privilege, standing, (bans, warning), standing.roles.is_staff_in(title))
}

/// The same without a title in view: any ban counts, and a role in any title.
///
/// # Errors
/// The reason why not.
pub fn may_in_any_title(privilege: Privilege, standing: &Standing, now: Timestamp) -> Result<(), Refusal> {
    let bans = standing.bans.iter().filter(|ban| ban.is_in_force(now) && ban.privileges.has(privilege));
    let is_staff = standing.roles.highest() > crate::kernel::Role::Reader;
    answer(privilege, standing, (bans, standing.warnings.first()), is_staff)
}

fn answer<'a>(
    privilege: Privilege,
    standing: &Standing,
    (bans, warning): (impl Iterator<Item = &'a Ban>, Option<&Warning>),
    is_staff: bool,
) -> Result<(), Refusal> {
    // For good lasts longer than any date.
    let longest = bans.max_by_key(|ban| (ban.until.is_none(), ban.until));
    if let Some(ban) = longest {
        return Err(Refusal::Banned { until: ban.until, clause: ban.clause.clone() });
    }
    if let Some(warning) = warning.filter(|_| matches!(privilege, Privilege::Comment | Privilege::Reply)) {
        return Err(Refusal::WarningUnacknowledged { warning: warning.id, clause: warning.clause.clone() });
    }
    match privilege {
        Privilege::Report if !standing.is_confirmed => Err(Refusal::EmailUnconfirmed),
        Privilege::Report => Ok(()),
        Privilege::Comment | Privilege::Reply | Privilege::Recommend => {
            if is_staff || standing.is_entitled {
                Ok(())
            } else {
                Err(Refusal::NotSubscribed(standing.entitlement))
            }
        }
    }
}
