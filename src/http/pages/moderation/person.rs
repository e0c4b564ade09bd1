//! Saying on a page that two subscribers are one person, or that one is somebody else.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::door::Staff;
use super::subscriber::{IdentityTyped, Typed, refused};
use super::typed::{problem, text_of};
use crate::accounts::{self, KeyKind};
use crate::app::{App, Work};
use crate::http::extract::{Given, Path};
use crate::http::pages::Moments;
use crate::http::pages::form::PageForm;
use crate::http::pages::views::{Done, FormerName, IdentityPanel, KnownBy, Problem, Problems};
use crate::http::pages::visit::see_done;
use crate::http::session::check_proven_lately;
use crate::http::{Code, Error};
use crate::kernel::SubscriberId;
use crate::moderation::{self, PersonError, SubscriberCard};

/// Who, and why, as the form sends it.
#[derive(Debug, Deserialize)]
pub(in crate::http::pages) struct PersonFields {
    #[serde(default)]
    with: Given<String>,
    #[serde(default)]
    reason: Given<String>,
    #[serde(default)]
    step: Given<String>,
}

/// Joins or separates, and shows the subscriber again.
pub(in crate::http::pages) async fn reorder(
    State(app): State<App>,
    Path(subscriber): Path<SubscriberId>,
    form: PageForm<PersonFields>,
) -> Result<Response, Error> {
    let (staff, form) = (Staff::of(form.visit)?, form.sent.form);
    let typed = IdentityTyped { with: text_of(&form.with), reason: text_of(&form.reason), problems: Vec::new() };
    let is_join = match form.step.value().map(String::as_str) {
        Some("join") => true,
        Some("separate") => false,
        _ => return Err(Code::Malformed.into()),
    };
    let mut problems = Vec::new();
    let with = typed.with.parse::<SubscriberId>().ok().filter(|with| *with != subscriber);
    if is_join && with.is_none() {
        problems.push(problem(&app, Some("with"), "problem-with"));
    }
    if typed.reason.is_empty() || typed.reason.chars().count() > 1_000 {
        problems.push(problem(&app, Some("reason"), "problem-reason"));
    }
    if !problems.is_empty() {
        return refused(&app, &staff, subscriber, None, again(typed, problems)).await;
    }
    if is_join {
        check_proven_lately(&app, &staff.person)?;
    }
    let done = match with.filter(|_| is_join) {
        Some(with) => moderation::join_subscribers(&app, &staff.person, (subscriber, with), &typed.reason).await,
        None => moderation::separate_subscriber(&app, &staff.person, subscriber, &typed.reason).await,
    };
    match done {
        Ok(_) => {
            let path = format!("/moderation/subscribers/{subscriber}");
            Ok(see_done(&path, if is_join { Done::Joined } else { Done::Separated }))
        }
        Err(PersonError::NotFound) if is_join => {
            let problems = vec![problem(&app, Some("with"), "problem-with")];
            refused(&app, &staff, subscriber, None, again(typed, problems)).await
        }
        Err(PersonError::Unchanged) => {
            let problems = vec![problem(&app, Some("with"), "problem-reorder")];
            refused(&app, &staff, subscriber, None, again(typed, problems)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed, with what was wrong with it.
fn again(typed: IdentityTyped, problems: Vec<Problem>) -> Typed {
    Typed { identity: IdentityTyped { problems, ..typed }, ..Typed::default() }
}

const fn kind_key(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Identity => "identity-kind-identity",
        KeyKind::Subscription => "identity-kind-subscription",
        KeyKind::Seat => "identity-kind-seat",
        KeyKind::Customer => "identity-kind-customer",
        KeyKind::Payment => "identity-kind-payment",
        KeyKind::Email => "identity-kind-email",
        KeyKind::Network => "identity-kind-network",
        KeyKind::Device => "identity-kind-device",
    }
}

/// What the person is known by, for whoever may say who is one person when `may_reorder`.
pub(super) async fn panel(
    work: &mut Work,
    card: &SubscriberCard,
    moments: &Moments,
    may_reorder: bool,
    typed: IdentityTyped,
) -> Result<IdentityPanel, Error> {
    let mut links = Vec::with_capacity(card.links.len());
    for link in &card.links {
        let others = match link.other {
            Some(other) => accounts::list_accounts_of(&mut work.tx, other).await?,
            None => Vec::new(),
        };
        links.push(KnownBy {
            kind_key: kind_key(link.kind),
            strength_key: if link.is_binding { "identity-binding" } else { "identity-suggestive" },
            since: moments.day(link.since),
            other: link.other.map(|other| other.to_string()),
            names: others.into_iter().map(|account| account.name).collect(),
            other_key: if link.is_same_person { "identity-same-person" } else { "identity-also" },
        });
    }
    let person = accounts::find_person(&mut work.tx, card.id).await?.unwrap_or(card.id);
    let former = card.former_names.iter().map(|former| FormerName {
        name: former.name.clone(),
        until: moments.day(former.until),
        is_removed: former.is_removed,
    });
    Ok(IdentityPanel {
        links,
        former_names: former.collect(),
        may_reorder,
        is_several: accounts::subscribers_of(&mut work.tx, person).await?.len() > 1,
        with: typed.with,
        reason: typed.reason,
        problems: Problems::new(typed.problems),
    })
}
