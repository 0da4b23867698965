//! `POST /graphql`: reads a query, refuses what is not in the schema, answers what was asked.

mod check;
mod contributions;
mod cost;
mod document;
mod execute;
mod kinds;
mod lex;
mod literal;
mod page;
mod parse;
mod repository;
mod root;
mod schema;
mod search;
mod user;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::GitHub;
use super::error::ApiError;
use super::gate::{Actor, Points};
use super::limits::Standing;
use crate::traffic::EveryNthNode;
use document::{Document, Operation};

/// The answer when no points are left: an error with status 200.
pub(crate) fn exhausted(who: &str) -> Response {
    let message = format!("API rate limit exceeded for {who}.");
    Json(json!({ "errors": [{ "type": "RATE_LIMITED", "message": message }] })).into_response()
}

/// The answer of a fault that makes everything vanish.
pub(crate) fn gone() -> Response {
    let error = json!({ "type": "NOT_FOUND", "message": "Could not resolve to a node." });
    Json(json!({ "data": null, "errors": [error] })).into_response()
}

/// `POST /graphql`. Without credentials there is nothing to see.
pub(crate) async fn answer(
    State(github): State<GitHub>,
    Extension(actor): Extension<Actor>,
    Extension(standing): Extension<Standing>,
    every_nth: Option<Extension<EveryNthNode>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let viewer = match &actor {
        Actor::User(token) => Some(&token.grant),
        Actor::Service(_) => None,
        Actor::App(_) | Actor::Anonymous => return Err(ApiError::requires_authentication()),
    };
    let body: Value = serde_json::from_slice(&body).map_err(|_| ApiError::bad_json())?;
    let document = match read(&body) {
        Ok(document) => document,
        Err(mistake) => return Ok(refuse(&[mistake])),
    };
    let (operation, variables) = match prepare(&document, &body) {
        Ok(both) => both,
        Err(mistakes) => return Ok(refuse(&mistakes)),
    };
    let state = github.state();
    let mut run = execute::Run {
        state: &state,
        document: &document,
        variables,
        viewer,
        now: github.clock.now(),
        standing,
        cost: 1,
        collections: 0,
        broken: false,
        every_nth: every_nth.map(|Extension(EveryNthNode(nth))| nth),
        errors: Vec::new(),
    };
    let requests = cost::requests(&run, "Query", &operation.selection, 1);
    run.cost = u32::try_from((requests + 50) / 100).unwrap_or(u32::MAX).max(1);
    let mut answer = json!({ "data": run.data(&operation.selection) });
    if !run.errors.is_empty() {
        answer["errors"] = Value::Array(run.errors);
    }
    let mut answer = Json(answer).into_response();
    answer.extensions_mut().insert(Points(run.cost));
    Ok(answer)
}

/// Reads the body's query.
fn read(body: &Value) -> Result<Document, Value> {
    let message = "A query attribute must be specified and must be a string.";
    let query = body["query"].as_str();
    let query = query.ok_or_else(|| json!({ "message": message }))?;
    parse::document(query).map_err(|error| {
        let place = json!([{ "line": error.at.line, "column": error.at.column }]);
        json!({ "message": error.message, "locations": place })
    })
}

/// Picks the operation, checks it, fills in its variables.
fn prepare<'a>(
    document: &'a Document,
    body: &Value,
) -> Result<(&'a Operation, Map<String, Value>), Vec<Value>> {
    let wanted = body["operationName"].as_str();
    let mut operations = document.operations.iter();
    let operation = match wanted {
        Some(name) => operations.find(|operation| operation.name.as_deref() == Some(name)),
        None if document.operations.len() > 1 => None,
        None => operations.next(),
    };
    let message = "An operation name is required, and it must name one of the operations.";
    let operation = operation.ok_or_else(|| vec![json!({ "message": message })])?;
    let mistakes = check::mistakes(document, operation);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let sent = match &body["variables"] {
        Value::Object(sent) => sent.clone(),
        Value::Null => Map::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err(vec![json!({ "message": "Variables must be an object." })]);
        }
    };
    let variables = check::values(operation, &sent).map_err(|mistake| vec![mistake])?;
    Ok((operation, variables))
}

/// An answer without data.
fn refuse(errors: &[Value]) -> Response {
    Json(json!({ "errors": errors })).into_response()
}
