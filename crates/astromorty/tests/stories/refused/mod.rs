//! What must be refused, by the ids of the threat list. Every test also holds that nobody outside
//! was asked, that no row changed, that one security event names the reason, and that no secret
//! was logged.

mod callback;
mod forms;
mod limits;
mod names;
mod redirects;
mod secrets;
mod sessions;
mod tokens;

use url::Url;

use crate::harness::{Browser, Watched};

const ADA: u64 = 2_001;
const EVE: u64 = 2_002;
const OCTOCAT: u64 = 583_231;
const HUBOT: u64 = 480_938;

/// Where Discord and GitHub send browsers back to.
const BACK: [&str; 2] = ["/auth/discord/callback", "/api/role-connections/github/callback"];

/// Two people with an account each.
fn populate(app: &Watched) {
    app.person(ADA, "ada");
    app.person(EVE, "mallory");
    app.account(OCTOCAT, "octocat", 60);
    app.account(HUBOT, "hubot", 60);
}

/// A browser of somebody who is signed in, with nothing left to do.
async fn signed_in(app: &Watched, person: u64) -> Browser {
    let mut browser = app.browser();
    browser.sign_in(person).await;
    app.settle(person).await;
    browser
}

/// Starts a link and agrees at GitHub; answers with the way back, which is not gone yet.
async fn way_back(browser: &mut Browser, account: u64) -> Url {
    let there = browser.get("/api/role-connections/github/authorize").await.location();
    browser.agree(&there, account).await
}

/// The value of a query's field.
fn field(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs().filter(|(field, _)| field == name);
    pairs.next().unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
}
