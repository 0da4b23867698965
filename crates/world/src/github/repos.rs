//! The REST routes about repositories.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::LINK;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::GitHub;
use super::account::Account;
use super::base::Base;
use super::error::ApiError;
use super::state::State as World;
use crate::discord::hex;
use crate::params::Params;

/// How many commits a page has that asks for no number, and the most.
const PER_PAGE: u64 = 30;
const MOST_PER_PAGE: u64 = 100;

/// `GET /repos/{owner}/{name}`.
pub(crate) async fn repository(
    State(github): State<GitHub>,
    Path((owner, name)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let state = github.state();
    let repo = state.repository(&format!("{owner}/{name}")).ok_or_else(ApiError::not_found)?;
    Ok(Json(repo.json(state.stars(repo.name))))
}

/// `GET /repos/{owner}/{name}/commits?author=&per_page=&page=`: one page of the default branch, the
/// others by the `Link` header.
pub(crate) async fn commits(
    State(github): State<GitHub>,
    base: Base,
    Path((owner, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let params = params.map_err(|_| ApiError::invalid("A parameter was given more than once."))?;
    if ["since", "until", "path", "sha", "committer"].iter().any(|name| params.find(name).is_some()) {
        return Err(ApiError::invalid("This stand-in knows commits by author only."));
    }
    let state = github.state();
    let repo = state.repository(&format!("{owner}/{name}")).ok_or_else(ApiError::not_found)?;
    repo.default_branch.ok_or_else(ApiError::empty_repository)?;
    let authors = state.authors(repo.name, params.find("author"));
    let total = authors.iter().map(|(_, count)| *count).fold(0, u64::saturating_add);
    let page = Page::read(&params, total);
    let commits = page.commits(repo.name, &authors);
    let mut answer = Json(commits).into_response();
    let link = page.link(&base.url(&format!("/repos/{}/commits", repo.name)), params);
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        answer.headers_mut().insert(LINK, link);
    }
    Ok(answer)
}

impl World {
    /// Who has how many commits on the default branch; only one of them if an author is named by login
    /// or address.
    fn authors<'a>(&'a self, repo: &str, author: Option<&str>) -> Vec<(&'a Account, u64)> {
        let named = |account: &&Account| {
            author.is_none_or(|author| account.is_called(author) || account.commits_as(author))
        };
        let counted = |account: &'a Account| (account, Account::count(&account.commits, repo));
        self.all_visible().filter(named).map(counted).filter(|(_, count)| *count > 0).collect()
    }
}

fn commit(repo: &str, author: &Account, number: u64) -> Value {
    let mut sha = hex(&Sha256::digest(format!("{repo} {} {number}", author.id)));
    sha.truncate(40);
    json!({
        "sha": sha, "url": format!("https://api.github.com/repos/{repo}/commits/{sha}"),
        "html_url": format!("https://github.com/{repo}/commit/{sha}"),
        "commit": {
            "message": format!("Change {}", number + 1),
            "author": { "name": author.login, "email": author.email() },
        },
        "author": author.short_json(), "committer": author.short_json(), "parents": [],
    })
}

/// A page of a list.
struct Page {
    number: u64,
    size: u64,
    last: u64,
}

impl Page {
    /// Reads `page` and `per_page`; what is no sensible number counts as not given.
    fn read(params: &Params, total: u64) -> Page {
        let number = |name| params.find(name).and_then(|text| text.parse::<u64>().ok());
        let size = number("per_page").filter(|size| *size > 0).unwrap_or(PER_PAGE).min(MOST_PER_PAGE);
        let page = number("page").filter(|page| *page > 0).unwrap_or(1);
        Page { number: page, size, last: total.div_ceil(size).max(1) }
    }

    fn start(&self) -> u64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// The commits of this page, author after author.
    fn commits(&self, repo: &str, authors: &[(&Account, u64)]) -> Vec<Value> {
        let (mut skip, mut left) = (self.start(), self.size);
        let mut commits = Vec::new();
        for (author, count) in authors {
            let from = skip.min(*count);
            let to = from.saturating_add(left).min(*count);
            commits.extend((from..to).map(|number| commit(repo, author, number)));
            (skip, left) = (skip - from, left - (to - from));
        }
        commits
    }

    /// The `Link` header, if there are other pages.
    fn link(&self, place: &str, mut params: Params) -> Option<String> {
        params.remove("page");
        let own = params.encode();
        let other = |number: u64, rel: &str| {
            let and = if own.is_empty() { "" } else { "&" };
            format!("<{place}?{own}{and}page={number}>; rel=\"{rel}\"")
        };
        let mut links = Vec::new();
        if self.number > 1 {
            links.push(other((self.number - 1).min(self.last), "prev"));
        }
        if self.number < self.last {
            links.push(other(self.number + 1, "next"));
            links.push(other(self.last, "last"));
        }
        if self.number > 1 {
            links.push(other(1, "first"));
        }
        (!links.is_empty()).then(|| links.join(", "))
    }
}
