//! Trouble: every page that says what went wrong, what to do, and that nothing was lost.

use askama::Template;
use http::StatusCode;

use super::part::PlatformView;
use super::view::View;
use crate::i18n::Phrase;

/// What went wrong, as a member needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The link is unknown, used, expired or from another browser: from outside all look the same.
    NotValid,
    /// The member said no at the platform.
    Denied(PlatformView),
    /// The member said no at Discord.
    DiscordDenied,
    /// The account belongs to someone else already; who, we do not say.
    Taken(PlatformView),
    /// The platform did not answer, or with nonsense.
    PlatformDown(PlatformView),
    /// Discord did not answer.
    DiscordDown,
    /// The bot is not in the server.
    BotNotInServer,
    /// The role stands above the bot's own.
    RoleAboveBot,
    /// Too many starts.
    TooMany {
        /// How long to wait.
        seconds: i64,
    },
    /// Sign in first.
    SignIn,
    /// A form that did not come from our own page, or something that is not theirs.
    Forbidden,
    /// No such page.
    NotFound,
    /// A platform that this installation does not offer.
    NoSuchPlatform,
    /// The page exists, but is not asked for this way.
    WrongMethod,
    /// What the browser sent cannot be read.
    BadRequest,
    /// The database does not answer or is full.
    Unavailable,
    /// A mistake of ours.
    Internal {
        /// What to quote to the operator; it stands in the log.
        reference: String,
    },
}

/// Where a trouble page leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Retry,
    SignIn,
    Connections,
    Start,
}

impl Trouble {
    /// The status that goes with the page.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotValid | Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Denied(_) | Self::DiscordDenied | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Taken(_) | Self::BotNotInServer | Self::RoleAboveBot => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound | Self::NoSuchPlatform => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::PlatformDown(_) | Self::DiscordDown => StatusCode::BAD_GATEWAY,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stem of its messages: `<stem>-title`, `-what` and `-next`.
    #[must_use]
    pub const fn stem(&self) -> &'static str {
        match self {
            Self::NotValid => "trouble-not-valid",
            Self::Denied(_) => "trouble-denied",
            Self::DiscordDenied => "trouble-discord-denied",
            Self::Taken(_) => "trouble-taken",
            Self::PlatformDown(_) => "trouble-platform-down",
            Self::DiscordDown => "trouble-discord-down",
            Self::BotNotInServer => "trouble-bot-not-in-server",
            Self::RoleAboveBot => "trouble-role-above-bot",
            Self::TooMany { .. } => "trouble-too-many",
            Self::SignIn => "trouble-sign-in",
            Self::Forbidden => "trouble-forbidden",
            Self::NotFound => "trouble-not-found",
            Self::NoSuchPlatform => "trouble-no-such-platform",
            Self::WrongMethod => "trouble-wrong-method",
            Self::BadRequest => "trouble-bad-request",
            Self::Unavailable => "trouble-unavailable",
            Self::Internal { .. } => "trouble-internal",
        }
    }

    /// The message that says what is safe. Where a mistake of ours or the database stopped us, we
    /// cannot be sure that nothing changed; that nobody lost a role we are.
    const fn reassurance(&self) -> &'static str {
        match self {
            Self::Unavailable | Self::Internal { .. } => "trouble-roles-stay",
            Self::NotValid
            | Self::Denied(_)
            | Self::DiscordDenied
            | Self::Taken(_)
            | Self::PlatformDown(_)
            | Self::DiscordDown
            | Self::BotNotInServer
            | Self::RoleAboveBot
            | Self::TooMany { .. }
            | Self::SignIn
            | Self::Forbidden
            | Self::NotFound
            | Self::NoSuchPlatform
            | Self::WrongMethod
            | Self::BadRequest => "trouble-nothing-lost",
        }
    }

    const fn platform(&self) -> Option<&PlatformView> {
        match self {
            Self::Denied(platform) | Self::Taken(platform) | Self::PlatformDown(platform) => Some(platform),
            Self::NotValid
            | Self::DiscordDenied
            | Self::DiscordDown
            | Self::BotNotInServer
            | Self::RoleAboveBot
            | Self::TooMany { .. }
            | Self::SignIn
            | Self::Forbidden
            | Self::NotFound
            | Self::NoSuchPlatform
            | Self::WrongMethod
            | Self::BadRequest
            | Self::Unavailable
            | Self::Internal { .. } => None,
        }
    }

    /// What to offer: trying the platform again, signing in, or a page to go on from.
    const fn way(&self) -> Way {
        match self {
            Self::Denied(_) | Self::PlatformDown(_) => Way::Retry,
            Self::DiscordDenied | Self::DiscordDown | Self::SignIn => Way::SignIn,
            Self::NotValid
            | Self::Taken(_)
            | Self::BotNotInServer
            | Self::RoleAboveBot
            | Self::TooMany { .. }
            | Self::Forbidden
            | Self::BadRequest
            | Self::Unavailable
            | Self::Internal { .. } => Way::Connections,
            Self::NotFound | Self::NoSuchPlatform | Self::WrongMethod => Way::Start,
        }
    }
}

/// The page for a trouble. Answer it with [`Trouble::status`].
#[derive(Template)]
#[template(path = "trouble.html")]
pub struct TroublePage<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// What went wrong.
    pub trouble: Trouble,
}

impl TroublePage<'_> {
    fn part(&self, part: &str) -> String {
        let id = format!("{}-{part}", self.trouble.stem());
        let phrase = self.view.say(&id);
        self.told(phrase).to_string()
    }

    fn retry(&self) -> Option<&PlatformView> {
        match self.trouble.way() {
            Way::Retry => self.trouble.platform(),
            Way::SignIn | Way::Connections | Way::Start => None,
        }
    }

    fn sign_in(&self) -> bool {
        self.trouble.way() == Way::SignIn
    }

    fn connections(&self) -> bool {
        matches!(self.trouble.way(), Way::Retry | Way::Connections)
    }

    fn told<'b>(&self, phrase: Phrase<'b>) -> Phrase<'b> {
        match &self.trouble {
            Trouble::TooMany { seconds } => {
                let wait = domain::moment::Span::seconds((*seconds).max(1));
                let wait = self.view.messages.about(self.view.locale, wait);
                phrase.with("wait", &wait)
            }
            Trouble::Internal { reference } => phrase.with("reference", reference),
            other => match other.platform() {
                Some(platform) => phrase.with("platform", &platform.name),
                None => phrase,
            },
        }
    }
}

#[cfg(test)]
impl Trouble {
    /// One of each.
    pub(crate) fn samples() -> Vec<Self> {
        let platform = PlatformView { key: "github".parse().unwrap(), name: "GitHub".to_owned() };
        vec![
            Self::NotValid,
            Self::Denied(platform.clone()),
            Self::DiscordDenied,
            Self::Taken(platform.clone()),
            Self::PlatformDown(platform),
            Self::DiscordDown,
            Self::BotNotInServer,
            Self::RoleAboveBot,
            Self::TooMany { seconds: 240 },
            Self::SignIn,
            Self::Forbidden,
            Self::NotFound,
            Self::NoSuchPlatform,
            Self::WrongMethod,
            Self::BadRequest,
            Self::Unavailable,
            Self::Internal { reference: "K3F9-2QXA".to_owned() },
        ]
    }
}
