//! The roles of a server.

use domain::id::{GuildId, RoleId};
use serde::{Deserialize, Deserializer};

use super::call::Call;
use super::route::Route;
use super::{Discord, DiscordError, Priority};

/// One role as Discord describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GuildRole {
    /// The role.
    pub id: RoleId,
    /// Its name, only for people to read.
    pub name: String,
    /// Its colour as `0xRRGGBB`, only for people to see; 0 for none.
    #[serde(default, rename = "color")]
    pub colour: u32,
    /// Its rank; of two roles with the same, the lower id ranks higher.
    pub position: i64,
    /// Permission bits (Discord's "Permissions" page).
    #[serde(deserialize_with = "bits")]
    pub permissions: u64,
    /// Whether something else than people hands it out.
    pub managed: bool,
    /// What hands it out.
    #[serde(default)]
    pub tags: RoleTags,
}

/// What a role belongs to. Discord writes some of these as a key whose value is null.
#[allow(clippy::struct_excessive_bools, reason = "they are Discord's own independent marks")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct RoleTags {
    /// A bot's own role.
    #[serde(default, rename = "bot_id", deserialize_with = "present")]
    pub bot: bool,
    /// An integration's role.
    #[serde(default, rename = "integration_id", deserialize_with = "present")]
    pub integration: bool,
    /// The boosters' role.
    #[serde(default, deserialize_with = "present")]
    pub premium_subscriber: bool,
    /// A subscription's role.
    #[serde(default, rename = "subscription_listing_id", deserialize_with = "present")]
    pub subscription: bool,
    /// A linked role: Discord gives it to those who claim it.
    #[serde(default, rename = "guild_connections", deserialize_with = "present")]
    pub linked: bool,
}

impl GuildRole {
    /// Whether Discord keeps it from being given by a bot, whatever the bot's rank.
    #[must_use]
    pub fn reserved(&self) -> bool {
        let RoleTags { bot, integration, premium_subscriber, subscription, linked } = self.tags;
        self.managed || bot || integration || premium_subscriber || subscription || linked
    }
}

impl Discord {
    /// All roles of a server, `@everyone` included.
    pub async fn roles(&self, guild: GuildId, priority: Priority) -> Result<Vec<GuildRole>, DiscordError> {
        let call = Call::bot(Route::GuildRoles, format!("/guilds/{guild}/roles"), priority);
        self.read(&call.of_guild(guild)).await
    }
}

/// A decimal text, because the bits outgrow a JavaScript number.
fn bits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// True for any value, null included; a missing key is left to the default.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| true)
}
