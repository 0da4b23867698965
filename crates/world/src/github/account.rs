//! Accounts and what the site shows of them.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::Millis;

/// Somebody's GitHub account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The number that never changes.
    pub id: u64,
    /// The name that may change and be taken by somebody else later.
    pub login: String,
    /// How many follow it.
    pub followers: u64,
    /// How many it follows.
    pub following: u64,
    /// Its public repositories.
    pub public_repos: u64,
    /// When it was made.
    pub created_at: Millis,
    /// Contributions in the last year.
    pub contributions: u64,
    /// Merged pull requests by repository (`owner/name`).
    pub merged_prs: BTreeMap<String, u64>,
    /// Starred repositories (`owner/name`).
    pub starred: BTreeSet<String>,
    /// Repositories contributed to in the last year (`owner/name`).
    pub contributed: BTreeSet<String>,
    /// Organizations it is a public member of.
    pub orgs: BTreeSet<String>,
    /// Logins of those it sponsors publicly.
    pub sponsors: BTreeSet<String>,
}

impl Account {
    /// The global id: `U_` and the number packed (`MessagePack`) and in base64url.
    pub(crate) fn node_id(&self) -> String {
        let mut packed = vec![0x92, 0x00];
        if let Ok(id) = u32::try_from(self.id) {
            packed.push(0xce);
            packed.extend(id.to_be_bytes());
        } else {
            packed.push(0xcf);
            packed.extend(self.id.to_be_bytes());
        }
        format!("U_{}", URL_SAFE_NO_PAD.encode(packed))
    }

    /// The number in an account's global id, new or old form.
    pub(crate) fn number(node_id: &str) -> Option<u64> {
        if let Some(packed) = node_id.strip_prefix("U_") {
            return match URL_SAFE_NO_PAD.decode(packed).ok()?.as_slice() {
                [0x92, 0x00, 0xce, id @ ..] => id.try_into().ok().map(u32::from_be_bytes).map(u64::from),
                [0x92, 0x00, 0xcf, id @ ..] => id.try_into().ok().map(u64::from_be_bytes),
                _ => None,
            };
        }
        let text = String::from_utf8(STANDARD.decode(node_id).ok()?).ok()?;
        text.strip_prefix("04:User")?.parse().ok()
    }

    /// Whether somebody means this account by its login; case does not matter.
    pub(crate) fn is_called(&self, login: &str) -> bool {
        self.login.eq_ignore_ascii_case(login)
    }

    /// Whether a set of names has this one; case does not matter.
    pub(crate) fn has(names: &BTreeSet<String>, wanted: &str) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
    }

    /// The account as the REST API shows it to everybody.
    pub(crate) fn json(&self) -> Value {
        let (login, id) = (&self.login, self.id);
        let created_at = iso(self.created_at);
        json!({
            "login": login, "id": id, "node_id": self.node_id(),
            "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
            "gravatar_id": "", "url": format!("https://api.github.com/users/{login}"),
            "html_url": format!("https://github.com/{login}"), "type": "User",
            "user_view_type": "public", "site_admin": false, "name": null, "company": null,
            "blog": "", "location": null, "email": null, "hireable": null, "bio": null,
            "twitter_username": null, "public_repos": self.public_repos, "public_gists": 0,
            "followers": self.followers, "following": self.following,
            "created_at": created_at, "updated_at": created_at,
        })
    }
}

/// A moment as GitHub writes it: whole seconds, `Z`.
pub(crate) fn iso(at: Millis) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let moment = OffsetDateTime::from_unix_timestamp(at.div_euclid(1000));
    moment.unwrap_or(OffsetDateTime::UNIX_EPOCH).format(&format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_ids_have_the_form_of_the_real_ones() {
        let octocat = Account { id: 583_231, login: "octocat".into(), ..Account::default() };
        assert_eq!(octocat.node_id(), "U_kgDOAAjmPw");
        assert_eq!(Account::number("U_kgDOAAjmPw"), Some(583_231));
        assert_eq!(Account::number("MDQ6VXNlcjU4MzIzMQ=="), Some(583_231));
        let large = Account { id: u64::MAX, ..Account::default() };
        assert_eq!(Account::number(&large.node_id()), Some(u64::MAX));
        for wrong in ["", "U_", "U_kgDOAAjmP", "O_kgDOAAjmPw", "MDQ6VXNlcg==", "octocat"] {
            assert_eq!(Account::number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments_are_whole_seconds() {
        assert_eq!(iso(1_295_981_076_500), "2011-01-25T18:44:36Z");
    }
}
