//! The OpenAPI 3.1 document: generated from the handlers, then completed with what is true of all of them.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::{Value, json};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder, Schema,
    SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

use super::api::rulebook::DocumentName;
use super::error::{Code, PROBLEM_JSON, Problem};
use crate::app::App;

/// What stands around the routes.
pub(super) fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Belowline")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Comments for subscribers. Ids are prefixed, times are RFC 3339 in UTC, errors are problem details \
             (RFC 9457) with a stable `code`. A program sends `Authorization: Bearer`; a browser's cookie needs \
             `X-Belowline-CSRF` on every write.",
        ))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    let components = document.components.get_or_insert_default();
    components
        .add_security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    components
        .add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-belowline"))));
    document.security = Some(vec![
        SecurityRequirement::new("bearer", Vec::<String>::new()),
        SecurityRequirement::new("cookie", Vec::<String>::new()),
    ]);
    document
}

/// The document with every refusal of every operation, and with unknown fields refused in every body.
#[must_use]
pub(super) fn finished(mut document: OpenApi) -> OpenApi {
    let mut bodies = BTreeSet::new();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            bodies.extend(body_schema(operation));
            add_refusals(operation);
        }
    }
    let components = document.components.get_or_insert_default();
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    // What stands in paths alone is not collected from them.
    components.schemas.insert(DocumentName::name().into_owned(), DocumentName::schema());
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    for name in bodies {
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(&name) {
            object.additional_properties =
                Some(Box::new(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)));
        }
    }
    document
}

/// The name of the schema that the operation's body has.
fn body_schema(operation: &Operation) -> Option<String> {
    let RefOr::T(body) = operation.request_body.as_ref()? else { return None };
    let RefOr::T(content) = body.content.get("application/json")? else { return None };
    match content.schema.as_ref()? {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next().map(str::to_owned),
        RefOr::T(_) => None,
    }
}

/// Adds a response for each status that the operation can refuse with, naming the codes.
fn add_refusals(operation: &mut Operation) {
    let mut codes: BTreeSet<Code> = own_codes(operation).into_iter().collect();
    codes.extend([Code::Internal, Code::Unavailable, Code::InvalidQuery]);
    if operation.request_body.is_some() {
        codes.extend([Code::Malformed, Code::Invalid, Code::TooLarge, Code::UnsupportedType, Code::RequestTimeout]);
    }
    let parameters = operation.parameters.iter().flatten();
    for parameter in parameters {
        if let RefOr::T(parameter) = parameter
            && parameter.name == "Idempotency-Key"
        {
            codes.insert(Code::IdempotencyKeyInvalid);
            if parameter.required == Required::True {
                codes.insert(Code::IdempotencyKeyMissing);
            }
        }
    }
    // Whoever works for the paper may lack the second factor for what others may not do at all.
    if codes.contains(&Code::Forbidden) {
        codes.insert(Code::SecondFactorRequired);
    }
    // A wrong token is refused on any route, also where none is needed.
    codes.insert(Code::NotSignedIn);
    if operation.security.is_none() {
        codes.insert(Code::Csrf);
    }
    let mut by_status: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status().as_str().to_owned()).or_default().push(code.as_str());
    }
    for (status, codes) in by_status {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
        let response = ResponseBuilder::new()
            .description(format!("`{}`", codes.join("`, `")))
            .content(PROBLEM_JSON, content)
            .build();
        operation.responses.responses.insert(status, RefOr::T(response));
    }
}

/// The codes that the operation itself names, which are taken out of its extensions.
fn own_codes(operation: &mut Operation) -> Vec<Code> {
    let Some(extensions) = operation.extensions.as_mut() else { return Vec::new() };
    let named = extensions.remove("x-codes").unwrap_or(Value::Null);
    let names: Vec<String> = serde_json::from_value(named).unwrap_or_default();
    Code::ALL.iter().copied().filter(|code| names.iter().any(|name| name == code.as_str())).collect()
}

/// Serves the document at `/api/openapi.json`.
pub(super) fn route(document: OpenApi) -> Router<App> {
    let mut json = serde_json::to_value(&document).unwrap_or_else(|_| json!({}));
    // Every operation answers the same to HEAD and OPTIONS as its framework does; only what is listed is promised.
    if let Some(members) = json.as_object_mut() {
        members.insert("x-error-codes".into(), catalogue());
    }
    let text = json.to_string();
    Router::new().route("/api/openapi.json", get(move || async move { ([(CONTENT_TYPE, "application/json")], text) }))
}

/// Every code with its status and meaning.
fn catalogue() -> Value {
    Code::ALL
        .iter()
        .map(|code| json!({ "code": code.as_str(), "status": code.status().as_u16(), "help": code.help() }))
        .collect()
}
