//! `/.well-known/openid-configuration` (OpenID Connect Discovery, section 3).

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Oidc;
use super::lie::{DiscoveryLie, Endpoint, Lie, Place};
use super::state::State as World;

const CHALLENGE_METHODS: &str = "code_challenge_methods_supported";

impl Endpoint {
    /// Its field in the document.
    fn field(self) -> &'static str {
        match self {
            Endpoint::Authorize => "authorization_endpoint",
            Endpoint::Token => "token_endpoint",
            Endpoint::Jwks => "jwks_uri",
            Endpoint::Userinfo => "userinfo_endpoint",
            Endpoint::Revocation => "revocation_endpoint",
        }
    }

    /// Its path below the issuer.
    fn path(self) -> &'static str {
        match self {
            Endpoint::Authorize => "/authorize",
            Endpoint::Token => "/token",
            Endpoint::Jwks => "/jwks",
            Endpoint::Userinfo => "/userinfo",
            Endpoint::Revocation => "/revoke",
        }
    }
}

/// `GET /.well-known/openid-configuration`.
pub(crate) async fn show(State(oidc): State<Oidc>) -> Json<Value> {
    let state = oidc.state();
    let mut document = honest(&oidc, &state);
    for lie in &state.lies {
        match lie {
            Lie::Discovery(lie) => bend(&mut document, *lie),
            Lie::Endpoint(endpoint, place) => {
                document[endpoint.field()] = json!(oidc.misplaced(*endpoint, *place));
            }
            Lie::Answer(_)
            | Lie::Token(_)
            | Lie::Signature(_)
            | Lie::Claim(_)
            | Lie::Time(..)
            | Lie::Userinfo(_)
            | Lie::Jwks(_) => {}
        }
    }
    Json(document)
}

fn honest(oidc: &Oidc, state: &World) -> Value {
    let mut document = json!({
        "issuer": oidc.issuer(),
        "introspection_endpoint": oidc.at("/introspect"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms(state),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": ["openid", "profile", "email", "groups", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "azp",
            "name", "preferred_username", "updated_at", "email", "email_verified", "groups"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        CHALLENGE_METHODS: ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    for endpoint in Endpoint::ALL {
        document[endpoint.field()] = json!(oidc.at(endpoint.path()));
    }
    document
}

/// RS256, which every provider must list, and what the current key does.
fn algorithms(state: &World) -> Vec<&'static str> {
    let current = state.keys.current.algorithm().name();
    if current == "RS256" { vec![current] } else { vec![current, "RS256"] }
}

fn bend(document: &mut Value, lie: DiscoveryLie) {
    match lie {
        DiscoveryLie::IssuerOther => document["issuer"] = json!("https://elsewhere.example"),
        DiscoveryLie::IssuerSlash => {
            let issuer = document["issuer"].as_str().unwrap_or_default();
            let other = issuer.strip_suffix('/').map_or_else(|| format!("{issuer}/"), str::to_owned);
            document["issuer"] = json!(other);
        }
        DiscoveryLie::WithoutS256 => document[CHALLENGE_METHODS] = json!(["plain"]),
        DiscoveryLie::NoChallengeMethods => remove(document, CHALLENGE_METHODS),
        DiscoveryLie::NoJwksUri => remove(document, Endpoint::Jwks.field()),
    }
}

fn remove(document: &mut Value, field: &str) {
    if let Some(fields) = document.as_object_mut() {
        fields.remove(field);
    }
}

impl Oidc {
    /// The address of an endpoint in a place where it must not be.
    fn misplaced(&self, endpoint: Endpoint, place: Place) -> String {
        let (prefix, path) = (&self.prefix, endpoint.path());
        match place {
            Place::OtherHost => format!("https://elsewhere.example{prefix}{path}"),
            Place::PlainHttp => match self.at(path).strip_prefix("https://") {
                Some(rest) => format!("http://{rest}"),
                None => format!("http://plain.example{prefix}{path}"),
            },
            Place::Internal => format!("https://169.254.169.254{prefix}{path}"),
        }
    }
}
