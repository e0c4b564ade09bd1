//! Titles and their house rules.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::forms::NoQuery;
use crate::app::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::{Code, Error};
use crate::kernel::{Actor, ClauseId, Timestamp, TitleId};
use crate::titles;

/// A clause.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clause)]
pub struct ClauseView {
    /// Its id, the same in every version.
    #[schema(value_type = String, max_length = 40)]
    id: ClauseId,
    /// Its number in this version, from 1.
    number: usize,
    /// What it is called.
    #[schema(max_length = 120)]
    heading: String,
    /// What it says.
    #[schema(max_length = 2_000)]
    body: String,
}

/// House rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HouseRules)]
pub struct HouseRulesAnswer {
    /// Whose they are.
    #[schema(value_type = String, max_length = 40)]
    title: TitleId,
    /// Counts the publications.
    version: i64,
    /// When this version was published.
    #[schema(value_type = String, format = DateTime, max_length = 35)]
    updated_at: Timestamp,
    /// What stands above the clauses.
    #[schema(max_length = 5_000)]
    introduction: String,
    /// The clauses, in order.
    #[schema(max_items = 100)]
    clauses: Vec<ClauseView>,
}

/// The house rules of a title that hold now.
#[utoipa::path(get, path = "/api/v1/titles/{title}/house-rules", operation_id = "get_house_rules", tag = "titles",
    params(("title" = String, Path, max_length = 40)),
    responses((status = 200, body = HouseRulesAnswer)), security(()), extensions(("x-codes" = json!(["not_found"]))))]
pub async fn house_rules(
    State(app): State<App>,
    Path(title): Path<TitleId>,
    _: Query<NoQuery>,
) -> Result<Json<HouseRulesAnswer>, Error> {
    let mut work = app.read(Actor::Anonymous).await?;
    let rules = titles::find_house_rules(&mut work.tx, &title).await?.ok_or(Code::NotFound)?;
    let clauses = (1..).zip(rules.clauses).map(|(number, clause)| ClauseView {
        id: clause.id,
        number,
        heading: clause.heading,
        body: clause.body,
    });
    Ok(Json(HouseRulesAnswer {
        title: rules.title,
        version: rules.version,
        updated_at: rules.published_at,
        introduction: rules.introduction,
        clauses: clauses.collect(),
    }))
}
