//! What people do, step by step, and how many of them at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use crate::browser::Browser;
use crate::stand_in::GUILD;

/// Where the product and the outside are.
#[derive(Debug, Clone)]
pub struct Place {
    pub client: Client,
    pub product: String,
    pub outside: String,
}

/// Everybody is new: nobody has been seen before.
pub fn next_user() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(100_000_000_000_000_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Keeps so many people busy until so many are done; answers with how long each took.
pub async fn crowd<F>(people: usize, total: usize, one: impl Fn() -> F) -> Result<Vec<Duration>>
where
    F: Future<Output = Result<Duration>> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut took = Vec::with_capacity(total);
    for _ in 0..total {
        if running.len() == people {
            took.push(running.join_next().await.context("somebody is busy")???);
        }
        running.spawn(one());
    }
    while let Some(done) = running.join_next().await {
        took.push(done??);
    }
    Ok(took)
}

/// The way back from an authorize page where this person said yes.
fn back(authorize: &Url, callback: &str, person: u64) -> Result<String> {
    let state = authorize.query_pairs().find(|(name, _)| name == "state").context("a state is sent along")?.1;
    Ok(format!("{callback}?code={person}&state={state}"))
}

impl Place {
    /// From Discord's Linked Roles screen to the page that says how to claim, the push seen.
    pub async fn sign_in(self: Arc<Self>) -> Result<Duration> {
        let start = Instant::now();
        self.signed_in(next_user()).await?;
        Ok(start.elapsed())
    }

    async fn signed_in(&self, user: u64) -> Result<Browser> {
        let mut browser = Browser::new(&self.client, &self.product, user);
        let discord = browser.redirect("/api/role-connections/verify").await?;
        let then = browser.redirect(&back(&discord, "/auth/discord/callback", user)?).await?;
        browser.page(&format!("{}?{}", then.path(), then.query().unwrap_or_default())).await?;
        self.seen("connection", user).await?;
        Ok(browser)
    }

    /// Signs in, links GitHub, confirms, sees the result and the role. Answers with the time from
    /// the confirmation to the role.
    pub async fn link(self: Arc<Self>) -> Result<Duration> {
        let user = next_user();
        let mut browser = self.signed_in(user).await?;
        let path = "/api/role-connections/github";
        let github = browser.redirect(&format!("{path}/authorize")).await?;
        let confirm = browser.page(&back(&github, &format!("{path}/callback"), user)?).await?;
        let guild = GUILD.to_string();
        let fields = [("decision", "link"), ("guild", guild.as_str()), ("profile", "yes")];
        let start = Instant::now();
        let role = tokio::spawn({
            let place = self.clone();
            async move { place.seen("role", user).await.map(|()| start.elapsed()) }
        });
        let result = browser.submit(&confirm, &format!("{path}/confirm"), &fields).await?;
        browser.page(result.path()).await?;
        role.await?
    }

    /// One request to a handler that does it all.
    pub async fn bare(self: Arc<Self>, paths: &'static [&'static str]) -> Result<Duration> {
        let (start, user) = (Instant::now(), next_user());
        for path in paths {
            let answer = self.client.get(format!("{}/{path}/{user}", self.product)).send().await?;
            ensure!(answer.status() == 200, "{path}: {}", answer.text().await?);
            answer.bytes().await?;
        }
        Ok(start.elapsed())
    }

    async fn seen(&self, what: &str, user: u64) -> Result<()> {
        let answer = self.client.get(format!("{}/seen/{what}/{user}", self.outside)).send().await?;
        ensure!(answer.status() == 200, "the {what} of {user} did not come");
        Ok(())
    }
}
