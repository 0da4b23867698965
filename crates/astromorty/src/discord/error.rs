//! Why Discord did not do what we asked.

use domain::moment::Moment;

use super::Refusal;

/// Why a call to Discord failed, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscordError {
    /// A rate limit, ours or Discord's, is in the way. Nothing has happened at Discord.
    #[error("Discord's rate limit is reached; try again after {}", .0.rfc3339())]
    NotBefore(Moment),
    /// Discord does not accept the token. After the bot's token was refused, no bot call is sent.
    #[error("Discord does not accept this token any more; sign in again, or set a new bot token")]
    TokenDead,
    /// The code or refresh token is used up, expired or revoked. Never worth a retry.
    #[error("Discord has ended this sign-in; the user has to sign in again")]
    InvalidGrant,
    /// Discord does not know our application by this id and secret.
    #[error("Discord does not accept discord.application_id with discord.client_secret; check both settings")]
    InvalidClient,
    /// The user did not agree to what this call needs.
    #[error("the sign-in does not cover this; the user has to sign in again and agree to it")]
    MissingScope,
    /// Discord understood and said no. Decide by [`DiscordError::refusal`], not by the status.
    #[error("Discord refused: {message} (status {status}, code {code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's own code; 0 where the answer had none.
        code: u32,
        /// What Discord says, shortened.
        message: String,
    },
    /// No answer, or none that makes sense.
    #[error("Discord did not give a usable answer; nothing is decided, try again in a few minutes")]
    Unavailable {
        /// Whether the call may have taken effect all the same.
        sent: bool,
    },
    /// Discord refused too many calls of ours, so we stop before it blocks our address.
    #[error(
        "too many of our calls were refused by Discord; calls resume after {}", .0.rfc3339()
    )]
    Stopped(Moment),
}

impl DiscordError {
    /// What Discord's own code means to us, where it means something.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused { code, .. } => Refusal::of(*code),
            Self::NotBefore(_)
            | Self::TokenDead
            | Self::InvalidGrant
            | Self::InvalidClient
            | Self::MissingScope
            | Self::Unavailable { .. }
            | Self::Stopped(_) => None,
        }
    }

    /// When to try again, where that is known.
    #[must_use]
    pub fn retry_at(&self) -> Option<Moment> {
        match self {
            Self::NotBefore(then) | Self::Stopped(then) => Some(*then),
            Self::TokenDead
            | Self::InvalidGrant
            | Self::InvalidClient
            | Self::MissingScope
            | Self::Refused { .. }
            | Self::Unavailable { .. } => None,
        }
    }
}
