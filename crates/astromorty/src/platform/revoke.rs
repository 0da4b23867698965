//! Revoking: ending tokens at the platform.

use domain::token::TokenSet;
use serde_json::Value;

use super::call::Credential;
use super::question::Given;
use super::{Platform, PlatformError};

/// How much is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokeScope {
    /// This access token alone; others of the same user live on.
    Token,
    /// All of the user's tokens with us, and what they allowed.
    Grant,
}

impl Platform {
    /// Whether the platform can end that much by a call.
    #[must_use]
    pub fn can_revoke(&self, scope: RevokeScope) -> bool {
        let revoke = &self.shared.definition.revoke;
        match scope {
            RevokeScope::Token => revoke.token.is_some(),
            RevokeScope::Grant => revoke.grant.is_some(),
        }
    }

    /// Ends tokens. Tokens that were dead before, and platforms without such a call, are fine.
    pub async fn revoke(&self, tokens: &TokenSet, scope: RevokeScope) -> Result<(), PlatformError> {
        let revoke = &self.shared.definition.revoke;
        let found = match scope {
            RevokeScope::Token => &revoke.token,
            RevokeScope::Grant => &revoke.grant,
        };
        let Some(revoke) = found else {
            return Ok(());
        };
        let given = Given::from([("access_token", Value::from(tokens.access.expose()))]);
        let request = self.fill_call(&revoke.call, Credential::Client, &given)?;
        let answer = self.send(request).await?;
        if revoke.done.contains(&answer.status().as_u16()) {
            return Ok(());
        }
        let refused = self.accept(&answer, Credential::Client, &[]);
        Err(refused.err().unwrap_or(PlatformError::Unavailable))
    }
}
