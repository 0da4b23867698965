//! The role connection: what Discord keeps for us about one user, shown on their profile and judged
//! by servers' linked roles. Only the user's own token reaches it.

use std::collections::BTreeMap;

use domain::token::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::Call;
use super::route::Route;
use super::{Discord, DiscordError, Priority};

/// A role connection as Discord keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoleConnection {
    /// The platforms, up to 50 characters.
    pub platform_name: Option<String>,
    /// The names there, up to 100 characters.
    pub platform_username: Option<String>,
    /// Values by the keys of the registered schema. Discord keeps all as text.
    #[serde(default, deserialize_with = "texts")]
    pub metadata: BTreeMap<String, String>,
}

impl Discord {
    /// What Discord keeps now; all empty when nothing was pushed.
    pub async fn role_connection(
        &self,
        access: &Secret,
        priority: Priority,
    ) -> Result<RoleConnection, DiscordError> {
        let call = self.connection(Route::ReadRoleConnection, access, priority);
        self.read(&call).await
    }

    /// Replaces the whole role connection: what `connection` leaves out is emptied.
    pub async fn put_role_connection(
        &self,
        access: &Secret,
        connection: &impl Serialize,
        priority: Priority,
    ) -> Result<RoleConnection, DiscordError> {
        let body = serde_json::to_vec(connection).expect("a role connection can be written");
        let call = self.connection(Route::PutRoleConnection, access, priority);
        self.read(&call.json(body.into())).await
    }

    /// Removes it; removing what is not there is as good.
    pub async fn delete_role_connection(
        &self,
        access: &Secret,
        priority: Priority,
    ) -> Result<(), DiscordError> {
        let call = self.connection(Route::DeleteRoleConnection, access, priority);
        self.act(&call).await
    }

    fn connection<'a>(&self, route: Route, access: &'a Secret, priority: Priority) -> Call<'a> {
        let application = self.application_id();
        let path = format!("/users/@me/applications/{application}/role-connection");
        Call::user(route, path, access, priority)
    }
}

/// Reads values leniently: null is left out, numbers become text.
fn texts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values = Option::<BTreeMap<String, Value>>::deserialize(deserializer)?;
    let texts = values.unwrap_or_default().into_iter();
    Ok(texts
        .filter_map(|(key, value)| match value {
            Value::Null => None,
            Value::String(text) => Some((key, text)),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Some((key, other.to_string()))
            }
        })
        .collect())
}
