//! Lookups of users.

use axum::Json;
use axum::extract::{Extension, Path, RawQuery, State};
use serde_json::{Value, json};

use super::account::View;
use super::gate::Actor;
use super::problem::{Problem, missing, suspended};
use super::state::State as World;
use super::{X, query};
use crate::Millis;

/// `GET /2/users/me`: the account of the token.
pub(crate) async fn me(
    State(x): State<X>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let fields = query::fields(&query::read(query.as_deref(), &["user.fields"])?)?;
    let id = actor.account().ok_or_else(Problem::app_only)?;
    x.state().look_up(&Lookup { ids: vec![id], parameter: "id", fields, actor }, x.clock.now()).map(first)
}

/// `GET /2/users/{id}`.
pub(crate) async fn one(
    State(x): State<X>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let fields = query::fields(&query::read(query.as_deref(), &["user.fields"])?)?;
    let ids = vec![query::id("id", &id)?];
    x.state().look_up(&Lookup { ids, parameter: "id", fields, actor }, x.clock.now()).map(first)
}

/// `GET /2/users?ids=`: those that exist in `data`, the others in `errors`.
pub(crate) async fn many(
    State(x): State<X>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let params = query::read(query.as_deref(), &["ids", "user.fields"])?;
    let (ids, fields) = (query::ids(&params)?, query::fields(&params)?);
    let found = x.state().look_up(&Lookup { ids, parameter: "ids", fields, actor }, x.clock.now())?;
    Ok(answer(json!(found.data), &found.errors))
}

/// What is asked.
struct Lookup {
    ids: Vec<u64>,
    /// The parameter that named them.
    parameter: &'static str,
    fields: Vec<String>,
    actor: Actor,
}

/// What was found.
struct Found {
    data: Vec<Value>,
    errors: Vec<Value>,
}

impl World {
    /// Looks users up and charges for those found.
    fn look_up(&mut self, lookup: &Lookup, now: Millis) -> Result<Found, Problem> {
        if self.ledger.is_empty() {
            return Err(Problem::usage_capped());
        }
        let reader = lookup.actor.account().and_then(|id| self.accounts.get(&id));
        let view = View { fields: &lookup.fields, reader, posts_name: self.posts_name };
        let (mut data, mut errors, mut charged) = (Vec::new(), Vec::new(), Vec::new());
        for &id in &lookup.ids {
            if self.suspended.contains(&id) {
                errors.push(suspended(lookup.parameter, &id.to_string()));
            } else if let Some(account) = self.accounts.get(&id) {
                data.push(account.json(&view));
                charged.push(id);
            } else {
                errors.push(missing(lookup.parameter, &id.to_string()));
            }
        }
        self.ledger.charge(charged, now);
        Ok(Found { data, errors })
    }
}

/// The answer to a lookup of one.
fn first(found: Found) -> Json<Value> {
    let data = found.data.into_iter().next();
    answer(data.unwrap_or_else(|| json!([])), &found.errors)
}

/// Status 200 either way; a part that is empty is left out.
fn answer(data: Value, errors: &[Value]) -> Json<Value> {
    let mut answer = json!({});
    if data.as_array().is_none_or(|data| !data.is_empty()) {
        answer["data"] = data;
    }
    if !errors.is_empty() {
        answer["errors"] = json!(errors);
    }
    Json(answer)
}
