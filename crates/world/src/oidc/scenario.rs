//! The provider's part of a scenario file.

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{Account, AuthMethod, Client, Oidc};
use crate::Millis;

/// The part under `oidc`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Part {
    /// The issuer's path. Its host and port are wherever the provider is served.
    pub(crate) path: String,
    clients: Vec<ClientPart>,
    accounts: Vec<AccountPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientPart {
    client_id: String,
    client_secret: String,
    redirect_uris: Vec<String>,
    #[serde(default)]
    require_pkce: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountPart {
    sub: String,
    username: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    email_verified: bool,
    #[serde(default)]
    groups: Vec<String>,
    /// Unix milliseconds.
    #[serde(default)]
    updated_at: Millis,
    #[serde(default)]
    claims: Map<String, Value>,
}

impl Part {
    /// Whether the path can be an issuer's: empty, or as an address writes it. `Err` names it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let path = &self.path;
        let whole = Url::parse(&format!("http://localhost{path}"));
        if path.is_empty() || path.len() > 1 && whole.is_ok_and(|url| url.path() == path) {
            return Ok(());
        }
        Err(format!("the issuer path \"{path}\", which is not like /realms/one"))
    }

    /// Fills a provider. Each client may send its secret both ways.
    pub(crate) fn play(self, oidc: &Oidc) {
        for client in self.clients {
            oidc.client(Client {
                client_id: client.client_id,
                client_secret: client.client_secret,
                redirect_uris: client.redirect_uris,
                auth_methods: vec![AuthMethod::Basic, AuthMethod::Post],
                require_pkce: client.require_pkce,
            });
        }
        for account in self.accounts {
            oidc.account(Account {
                sub: account.sub,
                username: account.username,
                name: account.name,
                email: account.email,
                email_verified: account.email_verified,
                groups: account.groups,
                updated_at: account.updated_at,
                claims: account.claims,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_as_an_address_writes_it() {
        let check = |path: &str| Part { path: path.into(), ..Part::default() }.check();
        for right in ["", "/realms/one", "/a/"] {
            assert_eq!(check(right), Ok(()), "{right}");
        }
        for wrong in ["/", "realms", ":1/a", "/a b", "/a?b", "/a#b", "/../a", "@evil/a"] {
            assert!(check(wrong).unwrap_err().contains("which is not like"), "{wrong}");
        }
    }
}
