//! `/settings/{login}/…`: stars, organizations and applications of an account.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::{missing, page};
use crate::github::GitHub;
use crate::github::account::Account;
use crate::github::org::Member;
use crate::github::state::State as World;
use crate::html::{escape, see_other};
use crate::params::Params;

/// Asks whether a membership is public.
const SHOWN: &str = "<label class=\"field\">Shown to everybody<select name=\"shown\">\
                     <option value=\"yes\">Yes</option><option value=\"no\">No</option></select></label>";

/// The cards below an account's numbers.
pub(super) fn cards(state: &World, account: &Account) -> String {
    let stars: String = account.starred.iter().map(|repo| row(account, "stars", repo, "Unstar")).collect();
    let orgs: String =
        state.memberships(account).iter().map(|org| row(account, "organizations", org, "Leave")).collect();
    let apps = state.grants.clients(account.id);
    let apps: String = apps.iter().map(|app| row(account, "applications", app, "Revoke")).collect();
    let none = |rows: &str| if rows.is_empty() { "<p class=\"faint\">None.</p>" } else { "" };
    format!(
        "<h2>Stars</h2><section class=\"card\">{}<ul>{stars}</ul>{}</section>\
         <h2>Organizations</h2><section class=\"card\">{}<ul>{orgs}</ul>{}</section>\
         <h2>Authorized applications</h2><section class=\"card\">{}<ul>{apps}</ul></section>",
        none(&stars),
        more(account, "stars", "Repository (owner/name)", "Star"),
        none(&orgs),
        more(account, "organizations", "Organization", "Join"),
        none(&apps)
    )
}

/// A thing that can be ended.
fn row(account: &Account, what: &str, name: &str, end: &str) -> String {
    let (login, name) = (escape(&account.login), escape(name));
    let word = end.to_lowercase();
    format!(
        "<li class=\"row\"><div>{name}</div><form method=\"post\" action=\"/settings/{login}/{what}\">\
         <input type=\"hidden\" name=\"name\" value=\"{name}\">\
         <button name=\"do\" value=\"{word}\" aria-label=\"{end} {name}\">{end}</button></form></li>"
    )
}

/// A field to begin something.
fn more(account: &Account, what: &str, label: &str, begin: &str) -> String {
    let (login, word) = (escape(&account.login), begin.to_lowercase());
    let public = if what == "organizations" { SHOWN } else { "" };
    format!(
        "<form method=\"post\" action=\"/settings/{login}/{what}\"><label class=\"field\">{label}\
         <input name=\"name\" required></label>{public}\
         <div class=\"buttons\"><button name=\"do\" value=\"{word}\">{begin}</button></div></form>"
    )
}

/// `POST …/stars` with `name` and `do`: `star` or `unstar`.
pub(super) async fn stars(State(github): State<GitHub>, Path(login): Path<String>, body: Bytes) -> Response {
    change(&github, &login, &body, |account, asked| match asked.verb {
        "star" if !github.knows_repository(asked.name) => Err("There is no such repository."),
        "star" => {
            github.star(account, asked.name);
            Ok(())
        }
        "unstar" => {
            github.unstar(account, asked.name);
            Ok(())
        }
        _ => Err("Choose Star or Unstar."),
    })
}

/// `POST …/organizations` with `name`, `do` (`join` or `leave`), and `shown` (`yes` or `no`).
pub(super) async fn organizations(
    State(github): State<GitHub>,
    Path(login): Path<String>,
    body: Bytes,
) -> Response {
    change(&github, &login, &body, |account, asked| match asked.verb {
        "join" if !github.lists_members(asked.name) => Err("There is no such organization."),
        "join" => {
            let member = if asked.shown { Member::public() } else { Member::default() };
            github.join(account, asked.name, member);
            Ok(())
        }
        "leave" => {
            github.leave(account, asked.name);
            Ok(())
        }
        _ => Err("Choose Join or Leave."),
    })
}

/// `POST …/applications` with `name` and `do`: `revoke`.
pub(super) async fn applications(
    State(github): State<GitHub>,
    Path(login): Path<String>,
    body: Bytes,
) -> Response {
    change(&github, &login, &body, |account, asked| match asked.verb {
        "revoke" => {
            github.revoke(account, asked.name);
            Ok(())
        }
        _ => Err("Choose Revoke."),
    })
}

/// What a form asks for.
struct Wish<'a> {
    verb: &'a str,
    name: &'a str,
    shown: bool,
}

/// Does what the form asks for and shows the settings again.
fn change(
    github: &GitHub,
    login: &str,
    body: &[u8],
    act: impl FnOnce(u64, &Wish<'_>) -> Result<(), &'static str>,
) -> Response {
    let account = github.state().by_login(login).map(|account| (account.id, account.login.clone()));
    let Some((id, login)) = account else {
        return missing();
    };
    let params = Params::parse(body).map_err(|_| "A field was given twice.");
    let done = params.and_then(|params| {
        let verb = params.find("do").ok_or("Choose what to do.")?;
        let name = params.find("name").map(str::trim).ok_or("A name is needed.")?;
        act(id, &Wish { verb, name, shown: params.find("shown") != Some("no") })
    });
    match done {
        Ok(()) => see_other(&format!("/settings/{login}")),
        Err(why) => {
            let (why, login) = (escape(why), escape(&login));
            let body = format!(
                "<div class=\"narrow card\"><h1>Nothing has changed</h1><p class=\"bad\">{why}</p>\
                 <p><a href=\"/settings/{login}\">Back to the settings</a></p></div>"
            );
            (StatusCode::UNPROCESSABLE_ENTITY, Html(page("Nothing has changed", &body))).into_response()
        }
    }
}

impl GitHub {
    fn knows_repository(&self, name: &str) -> bool {
        self.state().repository(name).is_some()
    }

    /// Whether there is an organization with a list of members.
    fn lists_members(&self, org: &str) -> bool {
        self.state().orgs.contains_key(&org.to_ascii_lowercase())
    }
}

impl World {
    /// Logins of the organizations that an account belongs to.
    fn memberships(&self, account: &Account) -> Vec<String> {
        let listed = self.orgs.values().filter(|org| org.members.contains_key(&account.id));
        let mut logins: Vec<_> = listed.map(|org| org.login.clone()).collect();
        let named = account.orgs.iter().filter(|login| !self.orgs.contains_key(&login.to_ascii_lowercase()));
        logins.extend(named.cloned());
        logins
    }
}
