//! How Discord does, as our last real calls show it. Nothing here asks Discord.

use domain::moment::Moment;

/// What the last calls tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// When Discord last gave a usable answer, a refusal included.
    pub last_success: Option<Moment>,
    /// When it last gave none, put us off, or refused the bot's token.
    pub last_failure: Option<Moment>,
    /// Answers of 401, 403 and 429 within the last ten minutes.
    pub invalid_requests: usize,
    /// Whether the bot's token works.
    pub bot_token: Standing,
}

/// What is known of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not used since the start.
    Unproven,
    /// The last answer accepted it.
    Accepted,
    /// Refused: no bot call is sent until there is a new one.
    Refused,
}
