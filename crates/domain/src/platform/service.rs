//! Service credentials: what reads facts without any user's token.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

/// How calls with the operator's own credential are authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Service {
    /// A token from the settings (`service_token`, `bearer_token`), as a bearer (RFC 6750 §2.1).
    Bearer {},
    /// A key from the settings (`api_key`), in one parameter or one header.
    Key {
        /// The query parameter that carries it.
        query: Option<String>,
        /// The header that carries it.
        header: Option<String>,
    },
    /// A token that our client id and secret buy at the token endpoint (RFC 6749 §4.4).
    ClientCredentials {
        /// The scopes to ask for.
        #[serde(default)]
        scopes: BTreeSet<String>,
    },
}
