//! What the product is compared with: bare axum handlers that make the same calls and keep as many
//! rows durably, and do nothing else. No sealing, no checks, no pages, no queue.

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use http::StatusCode;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::stand_in::{APPLICATION, GUILD, ROLE};
use crate::writer::Writer;

/// What law 10 asks of a sign-in: the state before Discord is asked, its use before the code is,
/// the user with the work that follows, and what was pushed.
pub const SIGN_IN_COMMITS: usize = 4;
/// And of a link: the state, its use, the pending link, the connection with consent and work, the
/// facts, the role about to be given, the role given, and what was pushed.
pub const LINK_COMMITS: usize = 8;

#[derive(Clone)]
struct Bare {
    client: Client,
    outside: Arc<str>,
    writer: Writer,
}

/// Serves until it is killed.
pub async fn serve(port: u16, outside: &str, database: &str) -> Result<()> {
    let bare = Bare {
        client: Client::builder().no_proxy().build()?,
        outside: outside.into(),
        writer: Writer::open(database)?,
    };
    let router = Router::new()
        .route("/healthz", get(async || "up"))
        .route("/sign-in/{user}", get(sign_in))
        .route("/link/{user}", get(link))
        .with_state(bare);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await?;
    Ok(())
}

type Answer = Result<&'static str, (StatusCode, String)>;

fn failed(error: &anyhow::Error) -> (StatusCode, String) {
    (StatusCode::BAD_GATEWAY, error.to_string())
}

async fn sign_in(State(bare): State<Bare>, Path(user): Path<u64>) -> Answer {
    bare.sign_in(user).await.map_err(|error| failed(&error))?;
    Ok("signed in")
}

async fn link(State(bare): State<Bare>, Path(user): Path<u64>) -> Answer {
    bare.link(user).await.map_err(|error| failed(&error))?;
    Ok("linked")
}

impl Bare {
    async fn sign_in(&self, user: u64) -> Result<()> {
        self.keep(("state", user), "a state").await?;
        self.keep(("state", user), "used").await?;
        let form =
            format!("grant_type=authorization_code&client_id={APPLICATION}&client_secret=s&code={user}");
        let tokens = self
            .send(
                self.call(Method::POST, "/api/v10/oauth2/token", user)
                    .body(form.clone())
                    .header("content-type", "application/x-www-form-urlencoded"),
            )
            .await?;
        let who = self.send(self.call(Method::GET, "/api/v10/oauth2/@me", user)).await?;
        self.keep(("user", user), &format!("{who}{tokens}")).await?;
        self.push(user).await
    }

    async fn push(&self, user: u64) -> Result<()> {
        let body = json!({ "platform_name": "Astromorty", "platform_username": null, "metadata": {
            "github_followers": "0", "x_followers": "0", "steam_level": "0", "linked_accounts": "0" } });
        let path = format!("/api/v10/users/@me/applications/{APPLICATION}/role-connection");
        let call = self.call(Method::PUT, &path, user).header("content-type", "application/json");
        let pushed = self.send(call.body(body.to_string())).await?;
        self.keep(("pushed", user), &pushed.to_string()).await
    }

    async fn link(&self, user: u64) -> Result<()> {
        self.keep(("link", user), "a state").await?;
        self.keep(("link", user), "used").await?;
        let call = self.call(Method::POST, "/login/oauth/access_token", user);
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let tokens = self.send(call.body(format!("client_id=c&client_secret=s&code={user}"))).await?;
        let account = self.send(self.call(Method::GET, "/user", user)).await?;
        self.keep(("pending", user), &format!("{account}{tokens}")).await?;
        self.keep(("connection", user), &account.to_string()).await?;
        let facts = self.send(self.call(Method::GET, "/user", user)).await?;
        self.keep(("facts", user), &facts.to_string()).await?;
        let member = format!("/api/v10/guilds/{GUILD}/members/{user}");
        let held = self.send(self.call(Method::GET, &member, user)).await?;
        self.keep(("role", user), &held.to_string()).await?;
        self.send(self.call(Method::PUT, &format!("{member}/roles/{ROLE}"), user)).await?;
        self.keep(("role", user), "given").await?;
        self.push(user).await
    }

    async fn keep(&self, (what, user): (&str, u64), row: &str) -> Result<()> {
        self.writer.keep(format!("{what} {user}"), row).await
    }

    fn call(&self, method: Method, path: &str, user: u64) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.outside))
            .header("authorization", format!("Bearer {user}"))
    }

    async fn send(&self, call: RequestBuilder) -> Result<Value> {
        let body = call.send().await?.error_for_status()?.bytes().await?;
        if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&body)?) }
    }
}
