//! The GitHub part of a scenario.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::github::{Account, App, Kinds, Member, OAuthApp, Org, Repo, Role};
use crate::{GitHub, Millis};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GitHubPart {
    apps: Vec<AppPart>,
    github_apps: Vec<GitHubAppPart>,
    service_tokens: Vec<ServicePart>,
    accounts: Vec<AccountPart>,
    orgs: Vec<OrgPart>,
    repos: Vec<RepoPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppPart {
    client_id: String,
    client_secret: String,
    redirect_uris: Vec<String>,
    #[serde(default)]
    expiring_tokens: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GitHubAppPart {
    client_id: String,
    client_secret: String,
    redirect_uris: Vec<String>,
    /// Eight hours unless this is false.
    expiring_tokens: Option<bool>,
    webhook_secret: Option<String>,
    /// `members` and `starring` unless this names others.
    permissions: Option<BTreeSet<String>>,
    #[serde(default)]
    installed: BTreeSet<String>,
}

/// A token, alone or with the organizations where its installation is.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ServicePart {
    Token(String),
    Installed(InstalledPart),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstalledPart {
    token: String,
    orgs: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrgPart {
    id: u64,
    login: String,
    #[serde(default)]
    members: Vec<MemberPart>,
    #[serde(default)]
    blocks_apps: bool,
    #[serde(default)]
    approved: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberPart {
    account: u64,
    #[serde(default)]
    role: RolePart,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    pending: bool,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RolePart {
    #[default]
    Member,
    Admin,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RepoPart {
    name: String,
    /// `main` unless this names another.
    default_branch: Option<String>,
    /// Whether there is no commit at all.
    #[serde(default)]
    empty: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountPart {
    id: u64,
    login: String,
    /// Unix milliseconds.
    created_at: Millis,
    #[serde(default)]
    followers: u64,
    #[serde(default)]
    following: u64,
    #[serde(default)]
    public_repos: u64,
    #[serde(default)]
    forks: u64,
    #[serde(default)]
    contributions: u64,
    #[serde(default)]
    kinds: KindsPart,
    #[serde(default)]
    private_contributions: u64,
    #[serde(default)]
    shows_private: bool,
    #[serde(default)]
    merged_prs: BTreeMap<String, u64>,
    #[serde(default)]
    open_prs: BTreeMap<String, u64>,
    #[serde(default)]
    commits: BTreeMap<String, u64>,
    #[serde(default)]
    starred: BTreeSet<String>,
    #[serde(default)]
    contributed: BTreeSet<String>,
    #[serde(default)]
    orgs: BTreeSet<String>,
    #[serde(default)]
    sponsors: BTreeSet<String>,
    #[serde(default)]
    private_sponsors: BTreeSet<String>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KindsPart {
    issues: u64,
    pull_requests: u64,
    reviews: u64,
}

impl GitHubPart {
    /// What the part names without holding it, if anything.
    pub(super) fn check(&self) -> Result<(), String> {
        let accounts: BTreeSet<_> = self.accounts.iter().map(|account| account.id).collect();
        for org in &self.orgs {
            if let Some(member) = org.members.iter().find(|member| !accounts.contains(&member.account)) {
                let (id, login) = (member.account, &org.login);
                return Err(format!("account {id} in organization \"{login}\", which does not exist"));
            }
        }
        let whole = |name: &str| name.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        if let Some(repo) = self.repos.iter().find(|repo| !whole(&repo.name)) {
            return Err(format!("the repository \"{}\", which is not owner/name", repo.name));
        }
        let orgs: BTreeSet<_> = self.orgs.iter().map(|org| org.login.to_ascii_lowercase()).collect();
        let installed = self.github_apps.iter().flat_map(|app| &app.installed);
        let services = self.service_tokens.iter().flat_map(ServicePart::orgs);
        match installed.chain(services).find(|login| !orgs.contains(&login.to_ascii_lowercase())) {
            Some(login) => {
                Err(format!("an installation in \"{login}\", an organization that does not exist"))
            }
            None => Ok(()),
        }
    }

    pub(super) fn play(self, github: &GitHub) {
        for app in self.apps {
            github.app(OAuthApp {
                client_id: app.client_id,
                client_secret: app.client_secret,
                redirect_uris: app.redirect_uris,
                expiring_tokens: app.expiring_tokens,
            });
        }
        self.github_apps.into_iter().for_each(|app| github.github_app(app.into()));
        self.service_tokens.iter().for_each(|part| part.play(github));
        self.accounts.into_iter().for_each(|account| github.account(account.into()));
        self.orgs.into_iter().for_each(|org| github.org(org.into()));
        self.repos.into_iter().for_each(|repo| github.repo(repo.into()));
    }
}

impl ServicePart {
    fn orgs(&self) -> impl Iterator<Item = &String> {
        let orgs = match self {
            ServicePart::Token(_) => None,
            ServicePart::Installed(part) => Some(&part.orgs),
        };
        orgs.into_iter().flatten()
    }

    fn play(&self, github: &GitHub) {
        match self {
            ServicePart::Token(token) => github.service_token(token),
            ServicePart::Installed(part) => {
                github.service_token(&part.token);
                part.orgs.iter().for_each(|org| github.install_service(&part.token, org));
            }
        }
    }
}

impl From<GitHubAppPart> for App {
    fn from(part: GitHubAppPart) -> App {
        let usual = App::default();
        App {
            client_id: part.client_id,
            client_secret: part.client_secret,
            redirect_uris: part.redirect_uris,
            expiring_tokens: part.expiring_tokens.unwrap_or(usual.expiring_tokens),
            webhook_secret: part.webhook_secret,
            permissions: part.permissions.unwrap_or(usual.permissions),
            installed: part.installed,
        }
    }
}

impl From<OrgPart> for Org {
    fn from(part: OrgPart) -> Org {
        let member = |part: MemberPart| {
            let role = match part.role {
                RolePart::Member => Role::Member,
                RolePart::Admin => Role::Admin,
            };
            (part.account, Member { role, public: part.public, pending: part.pending })
        };
        Org {
            id: part.id,
            login: part.login,
            members: part.members.into_iter().map(member).collect(),
            blocks_apps: part.blocks_apps,
            approved: part.approved,
        }
    }
}

impl From<RepoPart> for Repo {
    fn from(part: RepoPart) -> Repo {
        let usual = Repo::new(&part.name);
        let default_branch = part.default_branch.or(usual.default_branch).filter(|_| !part.empty);
        Repo { name: part.name, default_branch }
    }
}

impl From<AccountPart> for Account {
    fn from(part: AccountPart) -> Account {
        let KindsPart { issues, pull_requests, reviews } = part.kinds;
        Account {
            id: part.id,
            login: part.login,
            followers: part.followers,
            following: part.following,
            public_repos: part.public_repos,
            forks: part.forks,
            created_at: part.created_at,
            contributions: part.contributions,
            kinds: Kinds { issues, pull_requests, reviews },
            private_contributions: part.private_contributions,
            shows_private: part.shows_private,
            merged_prs: part.merged_prs,
            open_prs: part.open_prs,
            commits: part.commits,
            starred: part.starred,
            contributed: part.contributed,
            orgs: part.orgs,
            sponsors: part.sponsors,
            private_sponsors: part.private_sponsors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(), String> {
        let part: GitHubPart = serde_json::from_str(text).map_err(|error| error.to_string())?;
        part.check()
    }

    #[test]
    fn what_an_organization_or_an_installation_names_must_be_there() {
        let org = r#""orgs":[{"id":1,"login":"Rust","members":[{"account":7,"role":"admin"}]}]"#;
        let account = r#""accounts":[{"id":7,"login":"ada","created_at":0}]"#;
        assert!(read(&format!("{{{org}}}")).unwrap_err().contains("account 7"));
        let services = r#""service_tokens":["a",{"token":"b","orgs":["rust"]}]"#;
        assert_eq!(read(&format!("{{{org},{account},{services}}}")), Ok(()));
        assert!(read(&format!("{{{services}}}")).unwrap_err().contains("installation in \"rust\""));
        assert!(read(r#"{"repos":[{"name":"lonely"}]}"#).unwrap_err().contains("not owner/name"));
    }

    #[test]
    fn fields_that_nobody_knows_are_refused() {
        for text in [
            r#"{"orgs":[{"id":1,"login":"o","teams":[]}]}"#,
            r#"{"repos":[{"name":"a/b","private":true}]}"#,
            r#"{"orgs":[{"id":1,"login":"o","members":[{"account":1,"role":"king"}]}]}"#,
            r#"{"service_tokens":[{"token":"b","orgs":[],"x":1}]}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
