//! What signs people in: OAuth apps and GitHub Apps.

use std::collections::BTreeSet;

/// An OAuth app as its settings page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthApp {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// Where people may be sent back to. Exact, except that a loopback address takes any port.
    pub redirect_uris: Vec<String>,
    /// Whether its tokens expire after eight hours and come with a refresh token.
    pub expiring_tokens: bool,
}

/// A GitHub App as its settings page shows it. Its tokens have no scopes but permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// Where people may be sent back to. Exact.
    pub redirect_uris: Vec<String>,
    /// Whether its tokens expire after eight hours and come with a refresh token; they do unless
    /// the app has opted out.
    pub expiring_tokens: bool,
    /// What its webhook deliveries are signed with; without one they are not signed.
    pub webhook_secret: Option<String>,
    /// What it may do: `members` to read memberships, `starring` to read stars.
    pub permissions: BTreeSet<String>,
    /// Logins of the organizations where it is installed.
    pub installed: BTreeSet<String>,
}

impl Default for App {
    /// Expiring tokens and all permissions that are looked at; no names, installed nowhere.
    fn default() -> App {
        App {
            client_id: String::new(),
            client_secret: String::new(),
            redirect_uris: Vec::new(),
            expiring_tokens: true,
            webhook_secret: None,
            permissions: ["members", "starring"].map(str::to_owned).into(),
            installed: BTreeSet::new(),
        }
    }
}

/// Either kind of app.
#[derive(Debug, Clone)]
pub(crate) enum Registered {
    OAuth(OAuthApp),
    App(App),
}

impl Registered {
    pub(crate) fn client_id(&self) -> &str {
        match self {
            Registered::OAuth(app) => &app.client_id,
            Registered::App(app) => &app.client_id,
        }
    }

    pub(crate) fn client_secret(&self) -> &str {
        match self {
            Registered::OAuth(app) => &app.client_secret,
            Registered::App(app) => &app.client_secret,
        }
    }

    pub(crate) fn expiring_tokens(&self) -> bool {
        match self {
            Registered::OAuth(app) => app.expiring_tokens,
            Registered::App(app) => app.expiring_tokens,
        }
    }

    /// The address for those who name none.
    pub(crate) fn first_redirect(&self) -> Option<&str> {
        let uris = match self {
            Registered::OAuth(app) => &app.redirect_uris,
            Registered::App(app) => &app.redirect_uris,
        };
        uris.first().map(String::as_str)
    }

    /// Whether people may be sent back there. An `OAuth` app takes any port of a loopback address
    /// (`OAuth apps` documentation, "Loopback redirect urls").
    pub(crate) fn allows(&self, uri: &str) -> bool {
        match self {
            Registered::OAuth(app) => {
                app.redirect_uris.iter().any(|known| known == uri || same_but_port(known, uri))
            }
            Registered::App(app) => app.redirect_uris.iter().any(|known| known == uri),
        }
    }
}

/// Whether two addresses are the same loopback address but for the port.
fn same_but_port(known: &str, given: &str) -> bool {
    let (Ok(mut known), Ok(given)) = (url::Url::parse(known), url::Url::parse(given)) else {
        return false;
    };
    let loopback = match known.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(_)) | None => false,
    };
    loopback && known.set_port(given.port()).is_ok() && known == given
}

#[cfg(test)]
mod tests {
    use super::*;

    const URIS: [&str; 2] = ["http://127.0.0.1/cb", "https://a.example/cb"];

    #[test]
    fn a_loopback_address_takes_any_port_and_nothing_else() {
        let app = Registered::OAuth(OAuthApp {
            client_id: "id".into(),
            client_secret: "secret".into(),
            redirect_uris: URIS.map(str::to_owned).to_vec(),
            expiring_tokens: false,
        });
        assert!(app.allows("http://127.0.0.1/cb"));
        assert!(app.allows("http://127.0.0.1:8000/cb"));
        assert!(app.allows("https://a.example/cb"));
        assert!(!app.allows("http://127.0.0.1:8000/other"));
        assert!(!app.allows("http://127.0.0.2:8000/cb"));
        assert!(!app.allows("https://a.example:444/cb"));
        assert!(!app.allows("https://evil.example/cb"));
        assert!(!app.allows("not an address"));
    }

    #[test]
    fn a_github_app_takes_its_addresses_as_they_are() {
        let redirect_uris = URIS.map(str::to_owned).to_vec();
        let app = Registered::App(App { redirect_uris, ..App::default() });
        assert!(app.allows("http://127.0.0.1/cb"));
        assert!(!app.allows("http://127.0.0.1:8000/cb"));
        assert!(!app.allows("https://a.example/cb?x=1"));
    }
}
