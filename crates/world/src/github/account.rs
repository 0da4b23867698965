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
    /// How many of the public repositories are forks.
    pub forks: u64,
    /// Public contributions in the last year, spread evenly over it.
    pub contributions: u64,
    /// What part of them are no commits.
    pub kinds: Kinds,
    /// Contributions to private repositories in the last year.
    pub private_contributions: u64,
    /// Whether it lets everybody see how many private ones there are.
    pub shows_private: bool,
    /// Merged pull requests by repository (`owner/name`).
    pub merged_prs: BTreeMap<String, u64>,
    /// Open pull requests by repository (`owner/name`).
    pub open_prs: BTreeMap<String, u64>,
    /// Commits on the default branch by repository (`owner/name`).
    pub commits: BTreeMap<String, u64>,
    /// Starred repositories (`owner/name`).
    pub starred: BTreeSet<String>,
    /// Repositories contributed to in the last year (`owner/name`).
    pub contributed: BTreeSet<String>,
    /// Organizations it is a public member of, beside those that list it themselves.
    pub orgs: BTreeSet<String>,
    /// Logins of those it sponsors publicly.
    pub sponsors: BTreeSet<String>,
    /// Logins of those it sponsors privately: only the two of them see it.
    pub private_sponsors: BTreeSet<String>,
}

/// How many of an account's contributions are something else than commits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Opened issues.
    pub issues: u64,
    /// Opened pull requests.
    pub pull_requests: u64,
    /// Reviews of pull requests.
    pub reviews: u64,
}

impl Account {
    /// The global id.
    pub(crate) fn node_id(&self) -> String {
        node_id("U", self.id)
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

    /// The number under a name, 0 without one; case does not matter.
    pub(crate) fn count(numbers: &BTreeMap<String, u64>, wanted: &str) -> u64 {
        let found = numbers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, count)| *count).fold(0, u64::saturating_add)
    }

    /// Whether this is the address that its commits made on the site carry.
    pub(crate) fn commits_as(&self, email: &str) -> bool {
        email.eq_ignore_ascii_case(&self.email())
    }

    /// The address that hides the real one.
    pub(crate) fn email(&self) -> String {
        format!("{}+{}@users.noreply.github.com", self.id, self.login)
    }

    /// The repositories it has anything to do with.
    pub(crate) fn repositories(&self) -> impl Iterator<Item = &str> {
        let counted = [&self.merged_prs, &self.open_prs, &self.commits].into_iter().flat_map(BTreeMap::keys);
        counted.chain(&self.starred).chain(&self.contributed).map(String::as_str)
    }

    /// The few fields by which other answers name it.
    pub(crate) fn short_json(&self) -> Value {
        let (login, id) = (&self.login, self.id);
        json!({
            "login": login, "id": id, "node_id": self.node_id(),
            "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
            "gravatar_id": "", "url": format!("https://api.github.com/users/{login}"),
            "html_url": format!("https://github.com/{login}"), "type": "User",
            "user_view_type": "public", "site_admin": false,
        })
    }

    /// The account as the REST API shows it to everybody.
    pub(crate) fn json(&self) -> Value {
        let created_at = iso(self.created_at);
        let mut whole = self.short_json();
        let more = json!({
            "name": null, "company": null, "blog": "", "location": null, "email": null,
            "hireable": null, "bio": null, "twitter_username": null,
            "public_repos": self.public_repos, "public_gists": 0,
            "followers": self.followers, "following": self.following,
            "created_at": created_at, "updated_at": created_at,
        });
        if let (Value::Object(whole), Value::Object(more)) = (&mut whole, more) {
            whole.extend(more);
        }
        whole
    }
}

/// A global id: the kind and the number packed (`MessagePack`) and in base64url.
pub(crate) fn node_id(kind: &str, id: u64) -> String {
    let mut packed = vec![0x92, 0x00];
    if let Ok(id) = u32::try_from(id) {
        packed.push(0xce);
        packed.extend(id.to_be_bytes());
    } else {
        packed.push(0xcf);
        packed.extend(id.to_be_bytes());
    }
    format!("{kind}_{}", URL_SAFE_NO_PAD.encode(packed))
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
