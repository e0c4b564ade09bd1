//! How the rules of a title fare: their modes, how often each fired, and what nudges came to.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::forms::NoQuery;
use super::rulebook::opened;
use crate::app::App;
use crate::comments::NudgeCounts;
use crate::http::Error;
use crate::http::extract::{Json, Path, Query};
use crate::http::session::Session;
use crate::kernel::{Role, Timestamp, TitleId};
use crate::rulebook::{self, Overview, RuleLine};

/// How the rules of a title fare.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RulesStatus)]
pub struct StatusAnswer {
    /// The version in force, 0 for the starter rules.
    #[schema(minimum = 0)]
    version: i64,
    /// When it was published; null for the starter rules.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    published_at: Option<Timestamp>,
    /// Its rules, in the order of the file.
    #[schema(max_items = 10_000)]
    rules: Vec<RuleView>,
    /// What became of nudges in the last seven days, by whole days of UTC.
    nudges: NudgesView,
}

/// How a rule fares.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleStatus)]
pub struct RuleView {
    /// The rule.
    #[schema(max_length = 40)]
    id: String,
    /// The clause that it enforces.
    #[schema(max_length = 40)]
    clause: Option<String>,
    /// `publish`, `tag`, `slow_down`, `nudge`, `hold` or `reject`.
    #[schema(max_length = 20)]
    then: &'static str,
    /// `draft`, `shadow` or `live`.
    #[schema(max_length = 20)]
    mode: &'static str,
    /// Why it is on trial although it is live: `daily_cap` or `sudden`.
    #[schema(max_length = 20)]
    suspended: Option<&'static str>,
    /// For how many comments it fired in the last 24 hours, live or on trial.
    day: i64,
    /// And in the last seven days.
    week: i64,
}

/// How many authors were asked to reconsider, and what they did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NudgeCounts)]
pub struct NudgesView {
    /// How often somebody was asked.
    shown: i64,
    /// How often the same text was posted all the same.
    kept: i64,
    /// How often another text was posted. Whoever posted nothing is in neither of the two.
    changed: i64,
}

impl From<RuleLine> for RuleView {
    fn from(rule: RuleLine) -> Self {
        Self {
            id: rule.id,
            clause: rule.clause.map(|clause| clause.to_string()),
            then: rule.then,
            mode: rule.mode.as_str(),
            suspended: rule.suspended,
            day: rule.day,
            week: rule.week,
        }
    }
}

impl From<NudgeCounts> for NudgesView {
    fn from(NudgeCounts { shown, kept, changed }: NudgeCounts) -> Self {
        Self { shown, kept, changed }
    }
}

/// How the rules in force of a title fare, the starter rules while it has published none: how far each has come, how often it
/// fired, and what became of nudges.
#[utoipa::path(get, path = "/api/v1/titles/{title}/rules/status", operation_id = "get_rules_status", tag = "rulebook",
    params(("title" = String, Path, max_length = 40)), responses((status = 200, body = StatusAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "conflict"]))))]
pub async fn get(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path(title): Path<TitleId>,
    _: Query<NoQuery>,
) -> Result<Json<StatusAnswer>, Error> {
    let (work, title) = opened(&app, &person, &title, Role::Moderator).await?;
    drop(work);
    let Overview { version, published_at, rules, nudges, .. } = rulebook::overview(&app, person, &title.id).await?;
    let rules = rules.into_iter().map(RuleView::from).collect();
    Ok(Json(StatusAnswer { version, published_at, rules, nudges: nudges.into() }))
}
