//! Revoking: ending tokens at the platform.

use domain::platform::{Body, ClientAuth, Field, Given, RevokeAuth, RevokeCall};
use domain::token::TokenSet;
use serde_json::Value;

use super::call::Asking;
use super::credential::Credential;
use super::{Platform, PlatformError};

/// How much is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokeScope {
    /// This token alone; others of the same user live on.
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
        if revoke.call.uses("refresh_token") && tokens.refresh.is_none() {
            return Ok(());
        }
        let mut given = Given::from([("access_token", Value::from(tokens.access.expose()))]);
        if let Some(refresh) = &tokens.refresh {
            given.insert("refresh_token", Value::from(refresh.expose()));
        }
        self.end(revoke, tokens, given).await
    }

    async fn end(
        &self,
        revoke: &RevokeCall,
        tokens: &TokenSet,
        mut given: Given<'_>,
    ) -> Result<(), PlatformError> {
        let mut call = revoke.call.clone();
        let auth = match &self.shared.issuer {
            Some(issuer) => {
                let site = issuer.site().await.map_err(|error| self.mistrusted(error))?;
                if site.revoke.is_none() {
                    return Ok(());
                }
                let auth = self.shared.definition.client.auth.unwrap_or(site.client_auth);
                if auth == ClientAuth::Post { RevokeAuth::Post } else { RevokeAuth::Basic }
            }
            None => revoke.auth,
        };
        let credential = match auth {
            RevokeAuth::Basic => Credential::Client,
            RevokeAuth::Bearer => Credential::User(tokens.access.clone()),
            RevokeAuth::None => Credential::Nobody,
            RevokeAuth::Post => {
                self.sign_form(&mut call.body);
                given.insert("client_secret", Value::from(self.shared.client_secret.expose()));
                Credential::Nobody
            }
        };
        let request = self.build(Asking::one(&call, &credential, &given), None).await?;
        let answer = self.send(request).await?;
        if revoke.done.contains(&answer.status().as_u16()) {
            return Ok(());
        }
        let refused = self.accept(&answer, (&call, &credential));
        Err(refused.err().unwrap_or(PlatformError::Unavailable))
    }

    /// Puts our id and secret into a form (RFC 6749 §2.3.1).
    fn sign_form(&self, body: &mut Option<Body>) {
        if let Some(Body::Form(fields)) = body {
            let placeholder = |name: &str| Field::Text(format!("{{{name}}}"));
            let id_param = self.shared.definition.client.id_param().to_owned();
            fields.insert(id_param, placeholder("client_id"));
            fields.insert("client_secret".to_owned(), placeholder("client_secret"));
        }
    }
}
