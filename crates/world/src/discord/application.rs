//! Applications: who may ask for what, and the fields they register for linked roles.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An application as its developer portal shows it. Its bot's user has the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The application's id, also its OAuth client id and its bot's user id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The OAuth client secret.
    pub client_secret: String,
    /// The bot's token, without `Bot `.
    pub bot_token: String,
    /// Where authorize may send people back to, compared byte by byte.
    pub redirect_uris: Vec<String>,
    /// The Linked Roles verification URL; without it nobody can claim a linked role.
    pub verification_url: Option<String>,
}

/// The person who owns every application here: the stand-in knows no developer accounts.
const DEVELOPER: u64 = 1;

impl Application {
    /// The fields that Discord shows to everybody (`ApplicationResponse`).
    pub(crate) fn public(&self) -> Value {
        json!({
            "id": self.id.to_string(), "name": self.name, "icon": null, "description": "",
            "type": null, "verify_key": self.verify_key(), "flags": 0, "flags_new": "0",
            "bot_public": true, "bot_require_code_grant": false,
        })
    }

    /// The fields for the application itself (`PrivateApplicationResponse`).
    pub(crate) fn private(&self, guilds: usize, authorizations: usize) -> Value {
        let mut all = self.public();
        let more = json!({
            "redirect_uris": self.redirect_uris,
            "interactions_endpoint_url": null,
            "role_connections_verification_url": self.verification_url,
            "owner": super::person::partial(DEVELOPER, "developer", false),
            "approximate_guild_count": guilds,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": authorizations,
            "explicit_content_filter": 0,
            "team": null,
            "eligible_oauth2_scopes": ["identify", "guilds", "role_connections.write"],
            "event_webhooks_status": 1,
        });
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more);
        }
        all
    }

    /// 32 bytes in hex. Nothing is signed yet, so nothing is signed with it.
    fn verify_key(&self) -> String {
        hex(&Sha256::digest(format!("verify key of {}", self.id)))
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
