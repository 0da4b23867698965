//! What became of a role, and the sentence that says so.

use domain::moment::Moment;

use super::part::Tone;
use super::view::View;

/// What became of a rule's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleState {
    /// We gave it just now.
    Given,
    /// The member holds it.
    Held,
    /// It will be given; the work is stored and waits.
    GiveQueued,
    /// It will be taken; the work is stored and waits.
    TakeQueued,
    /// We took it back just now.
    Taken,
    /// The rule does not hold and there was nothing to take.
    NotMet,
    /// The rule does not hold any more; the role stays until then.
    Grace {
        /// When it goes.
        until: Moment,
    },
    /// Held, and kept although nobody knows whether the rule holds.
    KeptUnknown,
    /// Not given, since nobody knows whether the rule holds.
    NotGivenUnknown,
    /// Held, though not through us; we leave it alone.
    NotOurs,
    /// The bot's highest role stands below this one.
    AboveBot,
    /// The bot is not in the server.
    BotMissing,
    /// The bot may not manage roles there.
    BotMayNot,
    /// The role was deleted.
    RoleGone,
    /// A role with power over others, or one that Discord manages itself.
    RoleUnsafe,
    /// The brake holds changes until someone approves.
    Braked,
    /// The rule is switched off or the server paused.
    Paused,
    /// The rule only watches.
    ObserveOnly,
    /// The member has not agreed that this server's rules read facts.
    NotAgreed,
    /// The person is not a member of the server.
    NotMember,
}

impl RoleState {
    /// Every state, with any moment in it.
    pub const ALL: [RoleState; 20] = [
        Self::Given,
        Self::Held,
        Self::GiveQueued,
        Self::TakeQueued,
        Self::Taken,
        Self::NotMet,
        Self::Grace { until: Moment::from_millis(0) },
        Self::KeptUnknown,
        Self::NotGivenUnknown,
        Self::NotOurs,
        Self::AboveBot,
        Self::BotMissing,
        Self::BotMayNot,
        Self::RoleGone,
        Self::RoleUnsafe,
        Self::Braked,
        Self::Paused,
        Self::ObserveOnly,
        Self::NotAgreed,
        Self::NotMember,
    ];

    /// The message that says it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Given => "role-given",
            Self::Held => "role-held",
            Self::GiveQueued => "role-give-queued",
            Self::TakeQueued => "role-take-queued",
            Self::Taken => "role-taken",
            Self::NotMet => "role-not-met",
            Self::Grace { .. } => "role-grace",
            Self::KeptUnknown => "role-kept-unknown",
            Self::NotGivenUnknown => "role-not-given-unknown",
            Self::NotOurs => "role-not-ours",
            Self::AboveBot => "role-above-bot",
            Self::BotMissing => "role-bot-missing",
            Self::BotMayNot => "role-bot-may-not",
            Self::RoleGone => "role-gone",
            Self::RoleUnsafe => "role-unsafe",
            Self::Braked => "role-braked",
            Self::Paused => "role-paused",
            Self::ObserveOnly => "role-observe-only",
            Self::NotAgreed => "role-not-agreed",
            Self::NotMember => "role-not-member",
        }
    }

    /// How it is coloured: held, not held, or in between.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Given | Self::Held | Self::KeptUnknown | Self::NotOurs => Tone::Good,
            Self::Taken | Self::NotMet | Self::NotMember | Self::RoleGone => Tone::Bad,
            Self::GiveQueued
            | Self::TakeQueued
            | Self::Grace { .. }
            | Self::NotGivenUnknown
            | Self::AboveBot
            | Self::BotMissing
            | Self::BotMayNot
            | Self::RoleUnsafe
            | Self::Braked
            | Self::Paused
            | Self::ObserveOnly
            | Self::NotAgreed => Tone::Open,
        }
    }

    /// The sentence in the reader's language.
    #[must_use]
    pub fn sentence(self, view: &View<'_>) -> String {
        let phrase = view.say(self.id());
        match self {
            Self::Grace { until } => phrase.with("date", view.date(&until)).to_string(),
            Self::Given
            | Self::Held
            | Self::GiveQueued
            | Self::TakeQueued
            | Self::Taken
            | Self::NotMet
            | Self::KeptUnknown
            | Self::NotGivenUnknown
            | Self::NotOurs
            | Self::AboveBot
            | Self::BotMissing
            | Self::BotMayNot
            | Self::RoleGone
            | Self::RoleUnsafe
            | Self::Braked
            | Self::Paused
            | Self::ObserveOnly
            | Self::NotAgreed
            | Self::NotMember => phrase.to_string(),
        }
    }
}
