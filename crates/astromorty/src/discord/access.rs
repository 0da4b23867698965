//! What we need to speak with Discord.

use domain::id::ApplicationId;
use domain::token::Secret;
use url::Url;

/// Where Discord is and who we are there.
#[derive(Debug, Clone)]
pub struct Access {
    /// The REST API with its version: `https://discord.com/api/v10`.
    pub api_url: Url,
    /// The page where a user agrees: `https://discord.com/oauth2/authorize`.
    pub authorize_url: Url,
    /// Our application.
    pub application_id: ApplicationId,
    /// Proves to the token endpoint that we are the application.
    pub client_secret: Secret,
    /// The bot's token, without the word `Bot`.
    pub bot_token: Secret,
    /// Requests per second of the bot over all routes; Discord allows 50. With 0 something else keeps
    /// the pace: a rate-limit proxy behind `api_url`.
    pub pace: u32,
    /// `DiscordBot (url, version)` (API reference, "User Agent"); without it requests may be blocked.
    pub user_agent: String,
}
