//! `GET /dashboard/connections`: a member's accounts, servers and roles, and what to do about them.
//!
//! One form per account action, one for all consent. The consent form lists every server it shows
//! in `listed`, so that saving changes nothing for a server that was not on the page.

use askama::Template;
use domain::id::GuildId;
use domain::moment::Moment;

use super::confirm::ServerList;
use super::notice::Notice;
use super::part::{FactAsked, PlatformView, ProfileValue, Tone};
use super::rule::RuleView;
use super::view::View;
use crate::i18n::Shown;

/// How a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Facts can be read.
    Good,
    /// Linked, and nothing was read yet.
    NotRead,
    /// The platform asks for a new sign-in.
    NeedsAuthorization,
    /// The platform does not answer; the last facts stay.
    Unavailable,
    /// The account hides what was asked for; the last facts stay.
    Hidden,
    /// The platform says the account is gone; we look again before believing it.
    AccountGone,
    /// The platform said for a day that the account is gone: what it showed counts no more.
    NoAccount,
    /// What the operator lets the platform cost in a month is spent.
    Budget,
    /// Held back by the brake.
    Held,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Standing; 9] = [
        Self::Good,
        Self::NotRead,
        Self::NeedsAuthorization,
        Self::Unavailable,
        Self::Hidden,
        Self::AccountGone,
        Self::NoAccount,
        Self::Budget,
        Self::Held,
    ];

    /// The message that says it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Good => "standing-good",
            Self::NotRead => "standing-not-read",
            Self::NeedsAuthorization => "standing-needs-authorization",
            Self::Unavailable => "standing-unavailable",
            Self::Hidden => "standing-hidden",
            Self::AccountGone => "standing-account-gone",
            Self::NoAccount => "standing-no-account",
            Self::Budget => "standing-budget",
            Self::Held => "standing-held",
        }
    }

    /// How it is coloured.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Good => Tone::Good,
            Self::NotRead | Self::Unavailable | Self::Hidden | Self::Budget | Self::Held => Tone::Open,
            Self::NeedsAuthorization | Self::AccountGone | Self::NoAccount => Tone::Bad,
        }
    }
}

/// One linked account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCard {
    /// Where it is.
    pub platform: PlatformView,
    /// Its name there.
    pub name: Shown,
    /// When it was linked.
    pub linked_at: Moment,
    /// When its facts were last read, if ever.
    pub checked_at: Option<Moment>,
    /// How it is.
    pub standing: Standing,
    /// The platform's own page for taking access back, where we keep no token that we could revoke.
    /// From the platform's definition, never from outside.
    pub settings_url: Option<String>,
}

/// One server the member and the bot share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCard {
    /// Its id.
    pub id: GuildId,
    /// Its name.
    pub name: Shown,
    /// What its rules read, in words, agreed to or not.
    pub facts: Vec<FactAsked>,
    /// Whether its rules may use the facts.
    pub uses_facts: bool,
    /// Whether its admins see the account's name.
    pub sees_name: bool,
    /// Its rules and how they stand.
    pub rules: Vec<RuleView>,
}

impl ServerCard {
    /// Facts asked for since the member agreed.
    #[must_use]
    pub fn asked_anew(&self) -> Vec<&FactAsked> {
        let anew = |fact: &&FactAsked| self.uses_facts && !fact.agreed;
        self.facts.iter().filter(anew).collect()
    }

    fn words(&self) -> String {
        joined(self.facts.iter())
    }

    fn new_words(&self) -> String {
        joined(self.asked_anew().into_iter())
    }
}

fn joined<'a>(facts: impl Iterator<Item = &'a FactAsked>) -> String {
    let words: Vec<&str> = facts.map(|fact| fact.words.as_str()).collect();
    words.join(", ")
}

/// What the member's Discord profile shows of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whether the member wants values and names shown.
    pub shown: bool,
    /// Whether a push to Discord still waits.
    pub queued: bool,
    /// When the values were pushed last.
    pub pushed_at: Option<Moment>,
    /// What Discord holds.
    pub values: Vec<ProfileValue>,
}

/// The dashboard.
///
/// Forms: `check` and `unlink` post `csrf` and `platform`; `consent` posts `csrf`, `listed` (the
/// server ids shown), `guild`, `name`, `agree` (servers whose new facts are agreed to), `profile`
/// and `messages`; `erase` and `sessions` post `csrf`.
#[derive(Template)]
#[template(path = "dashboard.html")]
pub struct Dashboard<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// Accounts that were moved to somebody who proved them, and when.
    pub moved: Vec<(PlatformView, Moment)>,
    /// What the last action led to.
    pub notice: Option<Notice>,
    /// Linked accounts.
    pub accounts: Vec<AccountCard>,
    /// Platforms that could be linked still.
    pub available: Vec<PlatformView>,
    /// Servers, with consent and rules.
    pub servers: Vec<ServerCard>,
    /// Whether these are all.
    pub server_list: ServerList,
    /// The Discord profile.
    pub profile: Profile,
    /// Whether the member wants messages when something changes.
    pub messages_wanted: bool,
    /// Whether a linked role may be waiting to be claimed.
    pub claim_help: bool,
}
