//! A lean stand-in for Discord and GitHub: right answers, at once or after a fixed delay, and
//! nothing checked. Codes and tokens are the person's id, so that it need not remember them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::extract::{Path, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post, put};
use axum::{Form, Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

pub const APPLICATION: u64 = 500;
pub const GUILD: u64 = 9_000;
pub const ROLE: u64 = 9_001;
const BOT_ROLE: u64 = 9_002;

/// Who was given the role, and who has a role connection.
#[derive(Default)]
struct Seen {
    roles: BTreeSet<u64>,
    connections: BTreeSet<u64>,
}

#[derive(Clone)]
struct Outside {
    seen: Arc<watch::Sender<Seen>>,
    delay: Duration,
}

/// Serves until it is killed.
pub async fn serve(port: u16, delay_millis: u64) -> Result<()> {
    let outside = Outside { seen: Arc::default(), delay: Duration::from_millis(delay_millis) };
    let role = "/api/v10/guilds/{guild}/members/{user}/roles/{role}";
    let connection = "/api/v10/users/@me/applications/{application}/role-connection";
    let sites = Router::new()
        .route("/api/v10/oauth2/token", post(discord_token))
        .route("/api/v10/oauth2/@me", get(authorization))
        .route("/api/v10/users/@me", get(async || Json(person(APPLICATION))))
        .route(
            "/api/v10/users/@me/guilds",
            get(async || Json(json!([{ "id": GUILD.to_string(), "name": "Café" }]))),
        )
        .route(connection, put(push))
        .route("/api/v10/guilds/{guild}", get(guild))
        .route("/api/v10/guilds/{guild}/roles", get(async || Json(roles())))
        .route("/api/v10/guilds/{guild}/members/{user}", get(member))
        .route(role, put(give))
        .route("/login/oauth/access_token", post(github_token))
        .route("/user", get(account))
        .layer(from_fn_with_state(outside.clone(), wait));
    // For the driver alone, so without the delay.
    let watching =
        Router::new().route("/seen/{what}/{user}", get(has_seen)).route("/healthz", get(async || "up"));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, sites.merge(watching).with_state(outside)).await?;
    Ok(())
}

async fn wait(State(outside): State<Outside>, request: Request, next: Next) -> Response {
    if !outside.delay.is_zero() {
        tokio::time::sleep(outside.delay).await;
    }
    next.run(request).await
}

/// The person a request is about: the token is their id.
fn user(headers: &HeaderMap) -> u64 {
    let value = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.rsplit(' ').next().and_then(|id| id.parse().ok()).unwrap_or(APPLICATION)
}

fn person(id: u64) -> Value {
    json!({ "id": id.to_string(), "username": format!("user{id}"), "global_name": null, "avatar": null,
            "discriminator": "0", "public_flags": 0, "flags": 0 })
}

type Fields = Form<std::collections::BTreeMap<String, String>>;

async fn discord_token(Form(form): Fields) -> Json<Value> {
    Json(json!({
        "token_type": "Bearer", "access_token": form["code"], "refresh_token": form["code"],
        "expires_in": 604_800, "scope": "identify guilds role_connections.write",
    }))
}

async fn authorization(headers: HeaderMap) -> Json<Value> {
    Json(json!({
        "application": { "id": APPLICATION.to_string(), "name": "Astromorty", "icon": null, "description": "",
                         "bot_public": true, "bot_require_code_grant": false, "verify_key": "" },
        "scopes": ["guilds", "identify", "role_connections.write"],
        "expires": "2100-01-01T00:00:00.000000+00:00",
        "user": person(user(&headers)),
    }))
}

async fn push(State(outside): State<Outside>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    outside.seen.send_if_modified(|seen| seen.connections.insert(user(&headers)));
    Json(body)
}

async fn give(State(outside): State<Outside>, Path((_, user, _)): Path<(u64, u64, u64)>) -> StatusCode {
    outside.seen.send_if_modified(|seen| seen.roles.insert(user));
    StatusCode::NO_CONTENT
}

async fn guild() -> Json<Value> {
    Json(json!({ "id": GUILD.to_string(), "name": "Café", "owner_id": "1", "roles": roles() }))
}

fn roles() -> Value {
    let role = |id: u64, name: &str, position: u64, permissions: u64, managed: bool| {
        json!({ "id": id.to_string(), "name": name, "position": position, "color": 0, "managed": managed,
                "permissions": permissions.to_string(), "hoist": false, "mentionable": false })
    };
    let bot = role(BOT_ROLE, "Astromorty", 50, 1 << 28, true);
    json!([role(GUILD, "@everyone", 0, 0, false), role(ROLE, "Popular", 10, 0, false), bot])
}

async fn member(State(outside): State<Outside>, Path((_, user)): Path<(u64, u64)>) -> Json<Value> {
    let held = match user {
        APPLICATION => Some(BOT_ROLE),
        _ => outside.seen.borrow().roles.contains(&user).then_some(ROLE),
    };
    let roles: Vec<String> = held.iter().map(u64::to_string).collect();
    Json(json!({ "user": person(user), "roles": roles, "joined_at": "2020-01-01T00:00:00.000000+00:00",
                 "pending": false, "flags": 0 }))
}

async fn github_token(Form(form): Fields) -> Json<Value> {
    Json(json!({ "access_token": form["code"], "token_type": "bearer", "scope": "" }))
}

async fn account(headers: HeaderMap) -> Json<Value> {
    let id = user(&headers);
    Json(json!({ "id": id, "login": format!("octo{id}"), "node_id": format!("U_{id}"),
                 "created_at": "2015-01-01T00:00:00Z", "followers": 60, "following": 3, "public_repos": 8 }))
}

/// Answers once Discord was told.
async fn has_seen(State(outside): State<Outside>, Path((what, user)): Path<(String, u64)>) -> StatusCode {
    let mut changes = outside.seen.subscribe();
    let told = |seen: &Seen| {
        if what == "role" { seen.roles.contains(&user) } else { seen.connections.contains(&user) }
    };
    match tokio::time::timeout(Duration::from_secs(20), changes.wait_for(told)).await {
        Ok(Ok(_)) => StatusCode::OK,
        Ok(Err(_)) | Err(_) => StatusCode::REQUEST_TIMEOUT,
    }
}
