//! Servers: which ones a user or the bot is in, and what one is called.

use domain::id::{GuildId, UserId};
use domain::token::Secret;
use serde::Deserialize;

use super::call::Call;
use super::route::Route;
use super::{Discord, DiscordError, Priority};

/// One server of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GuildSummary {
    /// The server.
    pub id: GuildId,
    /// Its name, only for people to read.
    pub name: String,
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Guild {
    /// The server.
    pub id: GuildId,
    /// Its name, only for people to read.
    pub name: String,
    /// Who owns it: exempt from all checks of rank.
    pub owner_id: UserId,
}

/// Discord gives at most so many servers at once.
const PAGE: usize = 200;
/// More pages than a bot can fill: 100,000 servers.
const MOST_PAGES: usize = 500;

impl Discord {
    /// All servers the user is in (scope `guilds`), by id.
    pub async fn user_guilds(
        &self,
        access: &Secret,
        priority: Priority,
    ) -> Result<Vec<GuildSummary>, DiscordError> {
        self.all_guilds(priority, |page, priority| Call::user(Route::UserGuilds, page, access, priority))
            .await
    }

    /// All servers the bot is in, by id.
    pub async fn bot_guilds(&self, priority: Priority) -> Result<Vec<GuildSummary>, DiscordError> {
        self.all_guilds(priority, |page, priority| Call::bot(Route::BotGuilds, page, priority)).await
    }

    /// One server the bot is in.
    pub async fn guild(&self, guild: GuildId, priority: Priority) -> Result<Guild, DiscordError> {
        let call = Call::bot(Route::Guild, format!("/guilds/{guild}"), priority);
        self.read(&call.of_guild(guild)).await
    }

    /// The bot's own user. Old applications have another id than their bot.
    pub async fn bot_user(&self, priority: Priority) -> Result<UserId, DiscordError> {
        #[derive(Deserialize)]
        struct Answer {
            id: UserId,
        }
        let call = Call::bot(Route::BotUser, "/users/@me", priority);
        self.read::<Answer>(&call).await.map(|answer| answer.id)
    }

    async fn all_guilds<'a>(
        &self,
        priority: Priority,
        call: impl Fn(String, Priority) -> Call<'a>,
    ) -> Result<Vec<GuildSummary>, DiscordError> {
        let mut all: Vec<GuildSummary> = Vec::new();
        let mut path = format!("/users/@me/guilds?limit={PAGE}");
        let mut priority = priority;
        for _ in 0..MOST_PAGES {
            let mut page: Vec<GuildSummary> = self.read(&call(path, priority)).await?;
            page.sort_unstable_by_key(|guild| guild.id);
            let full = page.len() >= PAGE;
            let seen = all.last().map(|guild| guild.id);
            if page.first().is_some_and(|guild| Some(guild.id) <= seen) {
                // The same page again: without this, a confused answer would keep us asking.
                return Err(DiscordError::Unavailable { sent: true });
            }
            all.append(&mut page);
            let Some(last) = all.last().filter(|_| full) else {
                return Ok(all);
            };
            path = format!("/users/@me/guilds?limit={PAGE}&after={}", last.id);
            // A list that has begun is worth a wait: put back, it would begin anew each time.
            priority = Priority::Interactive;
        }
        Err(DiscordError::Unavailable { sent: true })
    }
}
