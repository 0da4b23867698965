//! Accounts, and which of their claims a scope opens.

use serde_json::{Map, Value, json};

use crate::Millis;

/// An account at the provider.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    /// The id that never changes.
    pub sub: String,
    /// `preferred_username`, which may change.
    pub username: String,
    /// The full name; empty without one.
    pub name: String,
    /// The e-mail address; empty without one.
    pub email: String,
    /// Whether the provider has checked the address.
    pub email_verified: bool,
    /// The groups it is in.
    pub groups: Vec<String>,
    /// When any of this last changed.
    pub updated_at: Millis,
    /// Further claims, given with every scope, as a provider's own mappers add them. They do not
    /// replace those above.
    pub claims: Map<String, Value>,
}

impl Account {
    /// The claims that these scopes open (OpenID Connect Core, section 5.4; `groups` is customary).
    pub(crate) fn claims(&self, scopes: &[String]) -> Map<String, Value> {
        let mut claims = self.claims.clone();
        let opened = |name: &str| scopes.iter().any(|scope| scope == name);
        claims.insert("sub".into(), json!(self.sub));
        if opened("profile") {
            claims.insert("preferred_username".into(), json!(self.username));
            claims.insert("updated_at".into(), json!(self.updated_at.div_euclid(1000)));
            if !self.name.is_empty() {
                claims.insert("name".into(), json!(self.name));
            }
        }
        if opened("email") && !self.email.is_empty() {
            claims.insert("email".into(), json!(self.email));
            claims.insert("email_verified".into(), json!(self.email_verified));
        }
        if opened("groups") {
            claims.insert("groups".into(), json!(self.groups));
        }
        claims
    }
}
