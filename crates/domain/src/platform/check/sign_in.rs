//! Checks how accounts are proven, and how tokens end.

use super::Check;
use crate::platform::body::Body;
use crate::platform::definition::Identity;
use crate::platform::request::{RevokeAuth, RevokeCall};
use crate::platform::service::Service;
use crate::platform::sign_in::{Pkce, Protocol};
use crate::platform::template::Template;

/// Parameters that the flow itself sets.
const RESERVED_PARAMS: [&str; 13] = [
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "nonce",
    "redirect_uri",
    "refresh_token",
    "response_type",
    "scope",
    "state",
];

impl Check<'_> {
    pub(super) fn sign_in(&mut self) {
        let definition = self.definition;
        let endpoints =
            [("authorize", &definition.endpoints.authorize), ("token", &definition.endpoints.token)];
        for (name, url) in endpoints {
            self.endpoint(&format!("endpoints.{name}"), url.as_ref());
        }
        self.authorize();
        self.token();
        self.revoke();
    }

    fn endpoint(&mut self, at: &str, url: Option<&Template>) {
        match (self.definition.protocol, url) {
            (Protocol::OAuth2, Some(url)) => self.url(at, url, &[]),
            (Protocol::OAuth2, None) => self.add(at, "is missing; OAuth 2.0 needs both endpoints"),
            (Protocol::Oidc, Some(_)) => {
                self.add(at, "comes from the issuer's discovery document; leave it out");
            }
            (Protocol::SteamOpenId2, Some(_)) => self.add(at, "is part of the protocol; leave it out"),
            (Protocol::Oidc | Protocol::SteamOpenId2, None) => {}
        }
    }

    fn authorize(&mut self) {
        let authorize = &self.definition.authorize;
        self.params("authorize.params", authorize.params.keys());
        if let Some(name) = &self.definition.client.id_param
            && (name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        {
            self.add("client.id_param", "must be a name of letters, digits and _");
        }
        if let Pkce::Off(reason) = &authorize.pkce
            && reason.trim().is_empty()
        {
            self.add(
                "authorize.pkce",
                "may be off only with a reason: { off = \"the platform refuses unknown parameters\" }",
            );
        }
        if self.definition.protocol == Protocol::Oidc {
            if authorize.pkce != Pkce::S256 {
                self.add("authorize.pkce", "cannot be off with OpenID Connect");
            }
            if !authorize.scopes.contains("openid") {
                self.add("authorize.scopes", "must hold \"openid\" (OpenID Connect Core 1.0 §3.1.2.1)");
            }
        }
        let odd =
            |scope: &&String| scope.is_empty() || scope.contains([' ', ',', '"', '\\']) || !scope.is_ascii();
        for (key, scopes) in [("scopes", &authorize.scopes), ("optional", &authorize.optional)] {
            if let Some(scope) = scopes.iter().find(odd) {
                self.add(
                    format!("authorize.{key}"),
                    format!("holds {scope:?}, which is not one scope; write each as an entry of its own"),
                );
            }
        }
    }

    fn params<'a>(&mut self, at: &str, names: impl Iterator<Item = &'a String>) {
        for name in names.filter(|name| RESERVED_PARAMS.contains(&name.as_str())) {
            self.add(format!("{at}.{name}"), "is set by the sign-in itself; leave it out");
        }
    }

    fn token(&mut self) {
        let token = &self.definition.token;
        self.params("token.params", token.params.keys());
        self.params("token.refresh_params", token.refresh_params.keys());
        if token.lifetime.is_some_and(|life| life.as_seconds() < 1) {
            self.add("token.lifetime", "must be at least 1s");
        }
    }

    fn revoke(&mut self) {
        let revoke = &self.definition.revoke;
        for (name, call) in [("token", &revoke.token), ("grant", &revoke.grant)] {
            let Some(RevokeCall { call, auth, done }) = call else { continue };
            let at = format!("revoke.{name}");
            // A secret has no place in a URL.
            self.call(&format!("{at}.call"), call, (&[], &["access_token", "refresh_token"]));
            if call.query.values().any(|field| !field.names().is_empty()) {
                self.add(format!("{at}.call.query"), "must hold no token; put it into the body");
            }
            let carried = call.uses("access_token") || call.uses("refresh_token");
            if !carried && *auth != RevokeAuth::Bearer {
                self.add(format!("{at}.call.body"), "must hold {access_token} or {refresh_token}");
            }
            if *auth == RevokeAuth::Post && !matches!(call.body, Some(Body::Form(_))) {
                self.add(format!("{at}.call.body"), "must be a form, which takes our id and secret too");
            }
            if done.is_empty() {
                self.add(format!("{at}.done"), "must hold the status that says it is done");
            }
        }
    }

    pub(super) fn identity(&mut self) {
        let definition = self.definition;
        let Identity { request, username, node, profile_url, .. } = &definition.identity;
        self.pointers("identity.username", username);
        if let Some(node) = node {
            self.pointer("identity.node", node);
        }
        if let Some(url) = profile_url {
            self.url("identity.profile_url", url, &["subject", "username"]);
        }
        let at = "identity.request";
        let Some(found) = definition.requests.get(request) else {
            self.unknown_request(at, request);
            return;
        };
        if found.subject.is_none() {
            self.add(at, format!("names {request:?}, which does not say where the account's id stands"));
        }
        let tokens = definition.protocol.gives_tokens();
        if tokens && found.user.is_none() {
            let what = format!(
                "names {request:?}, which has no `user` way; the identity is read with the user's own token"
            );
            self.add(at, what);
        }
        if !tokens && found.service.is_none() && found.batch.is_none() {
            self.add(
                at,
                format!("names {request:?}, which has no `service` way; this sign-in gives no tokens"),
            );
        }
    }

    pub(super) fn service(&mut self) {
        let definition = self.definition;
        let wanted = definition.requests.values().any(|one| one.service.is_some() || one.batch.is_some());
        match &definition.service {
            None if wanted => {
                self.add("service", "is missing; some request is asked with the service credential");
            }
            None | Some(Service::Bearer {}) => {}
            Some(Service::Key { query, header }) => {
                if query.is_some() == header.is_some() {
                    self.add("service", "needs one of `query` and `header`, to say where the key goes");
                }
                if let Some(name) = header {
                    self.header_name("service.header", name);
                }
            }
            Some(Service::ClientCredentials { .. }) => {
                if definition.endpoints.token.is_none() {
                    self.add("service", "needs `endpoints.token`, where the token is bought");
                }
            }
        }
    }
}
