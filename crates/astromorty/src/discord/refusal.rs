//! Discord's codes for a refusal, as far as they call for something particular.

/// What a refusal means. Statuses differ between routes, so only the code counts
/// (Discord's "Opcodes and Status Codes", JSON error codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// 10002: the application does not exist.
    UnknownApplication,
    /// 10004: no such server; the bot has left.
    UnknownGuild,
    /// 10007: the user is not in the server (yet).
    UnknownMember,
    /// 10011: the role was deleted.
    UnknownRole,
    /// 10013: the account was deleted.
    UnknownUser,
    /// 20001, 20002: the wrong kind of token for this route.
    WrongKindOfToken,
    /// 40002: the bot's owner has to verify the account.
    AccountUnverified,
    /// 40333: blocked in front of Discord, by the user agent.
    Blocked,
    /// 50001: not in the server, or not allowed to see it.
    MissingAccess,
    /// 50013: Manage Roles is missing, or the role is above the bot, or Discord hands it out itself.
    MissingPermission,
    /// 50028: a role that nobody can be given.
    InvalidRole,
    /// 50035: the request was malformed, which is a fault of ours.
    InvalidForm,
    /// 60003: the server asks for two-factor authentication of the application's owner.
    TwoFactor,
}

impl Refusal {
    /// The meaning of a code; none for codes that call for nothing particular.
    #[must_use]
    pub fn of(code: u32) -> Option<Self> {
        Some(match code {
            10002 => Self::UnknownApplication,
            10004 => Self::UnknownGuild,
            10007 => Self::UnknownMember,
            10011 => Self::UnknownRole,
            10013 => Self::UnknownUser,
            20001 | 20002 => Self::WrongKindOfToken,
            40002 => Self::AccountUnverified,
            40333 => Self::Blocked,
            50001 => Self::MissingAccess,
            50013 => Self::MissingPermission,
            50028 => Self::InvalidRole,
            50035 => Self::InvalidForm,
            60003 => Self::TwoFactor,
            _ => return None,
        })
    }

    /// Whether the bot has no (more) business in the server.
    #[must_use]
    pub fn guild_gone(self) -> bool {
        matches!(self, Self::UnknownGuild | Self::MissingAccess)
    }

    /// Whether there is nobody to give the role to.
    #[must_use]
    pub fn member_gone(self) -> bool {
        matches!(self, Self::UnknownMember | Self::UnknownUser)
    }
}
