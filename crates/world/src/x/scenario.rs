//! The part of a scenario file that fills an X.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Account, App, Subscription, VerifiedType, X};
use crate::Millis;

/// What an X knows when it starts. Unknown fields are refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Part {
    apps: Vec<AppPart>,
    accounts: Vec<AccountPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppPart {
    client_id: String,
    client_secret: String,
    bearer_token: Option<String>,
    redirect_uris: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "it mirrors the account")]
struct AccountPart {
    id: u64,
    username: String,
    /// The username if absent.
    name: Option<String>,
    /// Unix milliseconds.
    created_at: Millis,
    #[serde(default)]
    followers: u64,
    #[serde(default)]
    following: u64,
    #[serde(default)]
    listed: u64,
    #[serde(default)]
    posts: u64,
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    verified_type: VerifiedType,
    #[serde(default)]
    identity_verified: bool,
    #[serde(default)]
    verified_followers: u64,
    #[serde(default)]
    parody: bool,
    #[serde(default)]
    protected: bool,
    #[serde(default)]
    subscription: Subscription,
    #[serde(default)]
    affiliations: BTreeSet<u64>,
    #[serde(default)]
    follows: BTreeSet<u64>,
}

impl Part {
    /// Fills an X with it.
    pub(crate) fn play(self, x: &X) {
        for app in self.apps {
            x.app(App {
                client_id: app.client_id,
                client_secret: app.client_secret,
                bearer_token: app.bearer_token,
                redirect_uris: app.redirect_uris,
            });
        }
        self.accounts.into_iter().for_each(|account| x.account(account.into()));
    }
}

impl From<AccountPart> for Account {
    fn from(part: AccountPart) -> Account {
        Account {
            id: part.id,
            name: part.name.unwrap_or_else(|| part.username.clone()),
            username: part.username,
            created_at: part.created_at,
            followers: part.followers,
            following: part.following,
            listed: part.listed,
            posts: part.posts,
            verified: part.verified,
            verified_type: part.verified_type,
            identity_verified: part.identity_verified,
            verified_followers: part.verified_followers,
            parody: part.parody,
            protected: part.protected,
            subscription: part.subscription,
            affiliations: part.affiliations,
            follows: part.follows,
        }
    }
}
