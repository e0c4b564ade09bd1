//! The rules and the word list of a title: reading, checking, publishing, what was before, and going back.

use std::str::FromStr;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::forms::NoQuery;
use crate::accounts;
use crate::app::{App, Work};
use crate::http::extract::{Given, Json, Path, Query, Sent};
use crate::http::session::Session;
use crate::http::{Code, Error};
use crate::kernel::{AccountId, Role, SignedIn, Timestamp, TitleId};
use crate::rulebook::history::{self, Document, Past, Version};
use crate::rulebook::{self, Issued, Objection, Publication};
use crate::titles;

/// The most characters of a text: its bytes are what is counted in the end.
const MAX_SOURCE_CHARS: usize = 1024 * 1024;

/// The last part of an address: `rules` or `word-list`.
#[derive(Clone, Copy, Debug)]
pub struct Named(pub Document);

impl FromStr for Named {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Document::parse(text).map(Self).ok_or(())
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|()| serde::de::Error::custom("no such document"))
    }
}

/// Which document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document, rename_all = "kebab-case")]
pub enum DocumentName {
    /// The rules that editors write.
    Rules,
    /// The word list.
    WordList,
}

/// Work that reads what belongs to `title`, for whoever has at least `role` there.
///
/// # Errors
/// `not_found` when there is no such title, `forbidden`.
pub(in crate::http) async fn opened(
    app: &App,
    person: &SignedIn,
    title: &TitleId,
    role: Role,
) -> Result<(Work, titles::Title), Error> {
    let mut work = app.read(person.clone()).await?;
    let title = titles::find(&mut work.tx, title).await?.ok_or(Code::NotFound)?;
    work.actor = accounts::renewed(&mut work.tx, person).await?.into();
    if !work.actor.has_role(role, &title.id) {
        return Err(Code::Forbidden.into());
    }
    Ok((work, title))
}

/// A version without its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentVersion)]
pub struct PastView {
    /// Counts the publications, from 1; 0 while none was made.
    version: i64,
    /// When it was published.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 35)]
    published_at: Option<Timestamp>,
    /// Who published it; null for the operator.
    #[schema(value_type = Option<String>, max_length = 31)]
    published_by: Option<AccountId>,
    /// How long its text is, in bytes.
    size_bytes: i64,
}

impl From<Past> for PastView {
    fn from(past: Past) -> Self {
        Self {
            version: past.version,
            published_at: Some(past.published_at),
            published_by: past.published_by,
            size_bytes: past.size_bytes,
        }
    }
}

/// A version with its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentText)]
pub struct TextAnswer {
    /// When, by whom, how long.
    #[serde(flatten)]
    past: PastView,
    /// The text, TOML; empty while none was published.
    #[schema(max_length = 1_048_576)]
    source: String,
}

impl TextAnswer {
    fn of(version: Option<Version>) -> Self {
        match version {
            Some(version) => Self { past: version.past.into(), source: version.source },
            None => Self {
                past: PastView { version: 0, published_at: None, published_by: None, size_bytes: 0 },
                source: String::new(),
            },
        }
    }
}

/// The rules or the word list that a title published last. Version 0 says that it has published none.
#[utoipa::path(get, path = "/api/v1/titles/{title}/{document}", operation_id = "get_document", tag = "rulebook",
    params(("title" = String, Path, max_length = 40), ("document" = DocumentName, Path)),
    responses((status = 200, body = TextAnswer)), extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn get(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    _: Query<NoQuery>,
) -> Result<Json<TextAnswer>, Error> {
    let (mut work, title) = opened(&app, &person, &title, Role::Moderator).await?;
    let latest = history::find_version(&mut work.tx, &title.id, document, None).await?;
    Ok(Json(TextAnswer::of(latest)))
}

/// A text to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDocument)]
pub struct PutForm {
    /// The text, TOML; at most a megabyte.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1_048_576)]
    source: Given<String>,
    /// The version that it was made from, 0 for none.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0)]
    based_on: Given<i64>,
}

/// What was published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedDocument)]
pub struct IssuedAnswer {
    /// The number of its publication.
    version: i64,
    /// Whether it is new: the same text again changes nothing.
    is_new: bool,
    /// How many rules act.
    live: usize,
    /// How many rules are on trial.
    shadow: usize,
    /// How many rules wait.
    draft: usize,
    /// How many tests passed.
    tests: usize,
    /// How many entries a word list has.
    entries: usize,
}

impl From<Issued> for IssuedAnswer {
    fn from(issued: Issued) -> Self {
        let [live, shadow, draft] = issued.rule_counts;
        let Issued { version, is_new, test_count: tests, entry_count: entries, .. } = issued;
        Self { version, is_new, live, shadow, draft, tests, entries }
    }
}

/// Publishes rules or a word list as the newest of a title, unless another was published since `based_on`.
///
/// Every node judges by it within seconds. Mistakes are told as by the check, and nothing is published then.
#[utoipa::path(put, path = "/api/v1/titles/{title}/{document}", operation_id = "put_document", tag = "rulebook",
    params(("title" = String, Path, max_length = 40), ("document" = DocumentName, Path)), request_body = PutForm,
    responses((status = 200, body = IssuedAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "stale_version", "invalid_text"]))))]
pub async fn put(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<PutForm>>,
) -> Result<Json<IssuedAnswer>, Error> {
    drop(opened(&app, &person, &title, Role::Editor).await?);
    let mut check = sent.check();
    let source = check.text("source", &sent.form.source, 0..=MAX_SOURCE_CHARS);
    let based_on = check.number("based_on", &sent.form.based_on, 0..=i64::MAX);
    let (source, based_on) = check.whole((source, based_on))?;
    let publication = Publication { based_on: Some(based_on), ..Publication::new(&title, &source) };
    Ok(Json(rulebook::publish(&app, person, document, publication).await?.into()))
}

/// A text to check.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DocumentToCheck)]
pub struct CheckForm {
    /// The text, TOML; at most a megabyte.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1_048_576)]
    source: Given<String>,
}

/// Something wrong with a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Complaint)]
pub struct ObjectionView {
    /// What kind of thing, for programs.
    #[schema(max_length = 40)]
    code: String,
    /// What it is.
    #[schema(max_length = 2_000)]
    message: String,
    /// The line it is about, from 1.
    line: Option<usize>,
    /// The character of that line, from 1.
    column: Option<usize>,
    /// What to do about it.
    #[schema(max_length = 2_000)]
    hint: Option<String>,
}

impl ObjectionView {
    /// An objection as the API tells it.
    #[must_use]
    pub fn of(objection: &Objection) -> Self {
        Self {
            code: objection.code.clone(),
            message: objection.message.clone(),
            line: objection.line,
            column: objection.column,
            hint: objection.hint.clone(),
        }
    }
}

/// What a check came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentCheck)]
pub struct CheckAnswer {
    /// Everything that is wrong, in the order of the text; nothing when it could be published.
    #[schema(max_items = 10_000)]
    complaints: Vec<ObjectionView>,
    /// What publishing would come to, when nothing is wrong.
    published: Option<IssuedAnswer>,
}

/// Checks rules or a word list and runs the tests in it; stores nothing.
#[utoipa::path(post, path = "/api/v1/titles/{title}/{document}/check", operation_id = "check_document", tag = "rulebook",
    params(("title" = String, Path, max_length = 40), ("document" = DocumentName, Path)), request_body = CheckForm,
    responses((status = 200, body = CheckAnswer)), extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn check(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<CheckForm>>,
) -> Result<Json<CheckAnswer>, Error> {
    drop(opened(&app, &person, &title, Role::Editor).await?);
    let mut check = sent.check();
    let source = check.text("source", &sent.form.source, 0..=MAX_SOURCE_CHARS);
    let (source,) = check.whole((source,))?;
    match rulebook::check(&app, person, document, Publication::new(&title, &source)).await {
        Ok(issued) => Ok(Json(CheckAnswer { complaints: Vec::new(), published: Some(issued.into()) })),
        Err(rulebook::PublishError::Invalid(found)) => {
            Ok(Json(CheckAnswer { complaints: found.iter().map(ObjectionView::of).collect(), published: None }))
        }
        Err(other) => Err(other.into()),
    }
}

/// Which versions.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionsQuery {
    /// Only those before this one: `next` of the page before.
    #[param(minimum = 1)]
    before: Option<u32>,
    /// How many items the page holds at most; 30 unless told.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// A page of versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentVersions)]
pub struct VersionsAnswer {
    /// The versions, newest first.
    #[schema(max_items = 100)]
    items: Vec<PastView>,
    /// `before` of the next page, when there is one.
    next: Option<i64>,
}

/// The versions of rules or word list that a title has published, newest first.
#[utoipa::path(get, path = "/api/v1/titles/{title}/{document}/versions", operation_id = "list_document_versions",
    tag = "rulebook", params(("title" = String, Path, max_length = 40), ("document" = DocumentName, Path), VersionsQuery),
    responses((status = 200, body = VersionsAnswer)), extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn list_versions(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    Query(query): Query<VersionsQuery>,
) -> Result<Json<VersionsAnswer>, Error> {
    let limit = crate::http::extract::page_limit(query.limit)?;
    if query.before == Some(0) {
        return Err(Code::InvalidQuery.into());
    }
    let (mut work, title) = opened(&app, &person, &title, Role::Moderator).await?;
    let before = query.before.map_or(i64::MAX, i64::from);
    let mut items = history::list_versions(&mut work.tx, &title.id, document, before, limit.rows()).await?;
    let is_more = items.len() > limit.count();
    items.truncate(limit.count());
    let next = items.last().filter(|_| is_more).map(|last| last.version);
    Ok(Json(VersionsAnswer { items: items.into_iter().map(PastView::from).collect(), next }))
}

/// One version of the rules or the word list of a title.
#[utoipa::path(get, path = "/api/v1/titles/{title}/{document}/versions/{version}", operation_id = "get_document_version",
    tag = "rulebook",
    params(("title" = String, Path, max_length = 40), ("document" = DocumentName, Path),
        ("version" = u32, Path, minimum = 1)),
    responses((status = 200, body = TextAnswer)), extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn get_version(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, Named(document), version)): Path<(TitleId, Named, u32)>,
    _: Query<NoQuery>,
) -> Result<Json<TextAnswer>, Error> {
    let (mut work, title) = opened(&app, &person, &title, Role::Moderator).await?;
    let found = history::find_version(&mut work.tx, &title.id, document, Some(version.into())).await?;
    Ok(Json(TextAnswer::of(Some(found.ok_or(Code::NotFound)?))))
}

/// Which versions to hold against each other.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiffQuery {
    /// The earlier one; 0 is the empty text before the first.
    pub from: u32,
    /// The later one.
    pub to: u32,
}

/// A line of either version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiffLine)]
pub struct LineView {
    /// `same`, `added` or `removed`.
    #[schema(max_length = 7, value_type = String)]
    change: &'static str,
    /// Its number in the version `from`.
    from_line: Option<usize>,
    /// Its number in the version `to`.
    to_line: Option<usize>,
    /// The line without its end.
    #[schema(max_length = 1_048_576)]
    text: String,
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Diff)]
pub struct DiffAnswer {
    /// The earlier version.
    pub from: u32,
    /// The later version.
    pub to: u32,
    /// How many lines were added.
    added: usize,
    /// How many lines were removed.
    removed: usize,
    /// Every line of both, in order.
    #[schema(max_items = 2_000_000)]
    lines: Vec<LineView>,
}

/// What changed from one version of the rules or the word list to another, line by line.
#[utoipa::path(get, path = "/api/v1/titles/{title}/{document}/diff", operation_id = "diff_document", tag = "rulebook",
    params(("title" = String, Path, max_length = 40), ("document" = DocumentName, Path), DiffQuery),
    responses((status = 200, body = DiffAnswer)), extensions(("x-codes" = json!(["not_found", "forbidden"]))))]
pub async fn diff(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    Query(DiffQuery { from, to }): Query<DiffQuery>,
) -> Result<Json<DiffAnswer>, Error> {
    let (mut work, title) = opened(&app, &person, &title, Role::Moderator).await?;
    let mut texts = Vec::with_capacity(2);
    for version in [from, to] {
        texts.push(text_of(&mut work, &title.id, document, version).await?);
    }
    drop(work);
    let [earlier, later] = texts.try_into().unwrap_or_default();
    let lines = history::diff(&earlier, &later);
    let (added, removed) = history::changes(&lines);
    let view = |line: history::Line| LineView {
        change: line.change.as_str(),
        from_line: line.from_line,
        to_line: line.to_line,
        text: line.text,
    };
    Ok(Json(DiffAnswer { from, to, added, removed, lines: lines.into_iter().map(view).collect() }))
}

/// The text of a version; before the first there is none.
pub(in crate::http) async fn text_of(
    work: &mut Work,
    title: &TitleId,
    document: Document,
    version: u32,
) -> Result<String, Error> {
    if version == 0 {
        return Ok(String::new());
    }
    let found = history::find_version(&mut work.tx, title, document, Some(version.into())).await?;
    Ok(found.ok_or(Code::NotFound)?.source)
}

/// A version to put back.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RevertDocument)]
pub struct RevertForm {
    /// The version whose text becomes the newest.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 1)]
    version: Given<i64>,
    /// The newest version as far as one knows.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 1)]
    based_on: Given<i64>,
}

/// Publishes the text of an earlier version as the newest one, checked as if somebody wrote it today.
#[utoipa::path(post, path = "/api/v1/titles/{title}/{document}/revert", operation_id = "revert_document",
    tag = "rulebook", params(("title" = String, Path, max_length = 40), ("document" = DocumentName, Path)),
    request_body = RevertForm, responses((status = 200, body = IssuedAnswer)),
    extensions(("x-codes" = json!(["not_found", "forbidden", "stale_version", "invalid_text"]))))]
pub async fn revert(
    State(app): State<App>,
    Session { person, .. }: Session,
    Path((title, Named(document))): Path<(TitleId, Named)>,
    _: Query<NoQuery>,
    Json(sent): Json<Sent<RevertForm>>,
) -> Result<Json<IssuedAnswer>, Error> {
    drop(opened(&app, &person, &title, Role::Editor).await?);
    let mut check = sent.check();
    let version = check.number("version", &sent.form.version, 1..=i64::MAX);
    let based_on = check.number("based_on", &sent.form.based_on, 1..=i64::MAX);
    let (version, based_on) = check.whole((version, based_on))?;
    Ok(Json(history::revert(&app, person, &title, document, version, Some(based_on)).await?.into()))
}
