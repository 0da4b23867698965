//! Our application as Discord has it, and the metadata schema it registered.

use domain::id::ApplicationId;
use serde::Deserialize;
use serde_json::Value;

use super::call::Call;
use super::route::Route;
use super::{Discord, DiscordError, Priority};

/// What the developer portal says of the application, for checks at start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ApplicationInfo {
    /// The application the bot's token belongs to.
    pub id: ApplicationId,
    /// Its name, only for people to read.
    pub name: String,
    /// Flags of the application: which privileged intents it may use.
    #[serde(default)]
    pub flags: u64,
    /// Verifies what Discord sends us, as hexadecimal text.
    #[serde(default)]
    pub verify_key: String,
    /// Where users may be sent back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where Discord sends members who claim a linked role.
    pub role_connections_verification_url: Option<String>,
    /// Where Discord sends interactions, when not over the gateway.
    pub interactions_endpoint_url: Option<String>,
}

impl Discord {
    /// The application the bot's token belongs to.
    pub async fn application(&self) -> Result<ApplicationInfo, DiscordError> {
        let priority = Priority::Interactive;
        self.read(&Call::bot(Route::Application, "/applications/@me", priority)).await
    }

    /// The registered metadata records.
    pub async fn metadata_schema(&self) -> Result<Vec<Value>, DiscordError> {
        // Discord answers null where nothing was ever registered.
        let records: Option<Vec<Value>> = self.read(&self.metadata(Route::ReadMetadata)).await?;
        Ok(records.unwrap_or_default())
    }

    /// Registers metadata records in place of all earlier ones; answers what Discord stored.
    pub async fn put_metadata_schema(&self, records: &[Value]) -> Result<Vec<Value>, DiscordError> {
        let body = serde_json::to_vec(records).expect("JSON values can be written");
        let call = self.metadata(Route::PutMetadata).json(body.into());
        let stored: Option<Vec<Value>> = self.read(&call).await?;
        Ok(stored.unwrap_or_default())
    }

    fn metadata(&self, route: Route) -> Call<'static> {
        let application = self.application_id();
        let path = format!("/applications/{application}/role-connections/metadata");
        Call::bot(route, path, Priority::Interactive)
    }
}
