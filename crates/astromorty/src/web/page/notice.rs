//! Notices: the one line a page shows after an action. A fixed set; never text from a URL.

/// What an action led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Signed in through Discord's Linked Roles screen; roles can be claimed now.
    Verified,
    /// Facts were read anew.
    Checked,
    /// A check waits in line.
    CheckQueued,
    /// A check was made a moment ago.
    CheckedAlready,
    /// The month's money for reading that platform is spent.
    BudgetSpent,
    /// Choices were saved.
    Saved,
    /// An account was unlinked; nothing waits.
    Unlinked,
    /// An account was unlinked; roles go as soon as Discord answers.
    UnlinkQueued,
    /// The member chose not to link.
    Cancelled,
    /// This session ended.
    SignedOut,
    /// Every session ended, this one too.
    SessionsEnded,
    /// Everything about the user is erased.
    Erased,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Notice; 12] = [
        Self::Verified,
        Self::Checked,
        Self::CheckQueued,
        Self::CheckedAlready,
        Self::BudgetSpent,
        Self::Saved,
        Self::Unlinked,
        Self::UnlinkQueued,
        Self::Cancelled,
        Self::SignedOut,
        Self::SessionsEnded,
        Self::Erased,
    ];

    /// The word that stands for it in `?notice=`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Checked => "checked",
            Self::CheckQueued => "check-queued",
            Self::CheckedAlready => "checked-already",
            Self::BudgetSpent => "budget-spent",
            Self::Saved => "saved",
            Self::Unlinked => "unlinked",
            Self::UnlinkQueued => "unlink-queued",
            Self::Cancelled => "cancelled",
            Self::SignedOut => "signed-out",
            Self::SessionsEnded => "sessions-ended",
            Self::Erased => "erased",
        }
    }

    /// The notice a word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }

    /// The message that says it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Verified => "notice-verified",
            Self::Checked => "notice-checked",
            Self::CheckQueued => "notice-check-queued",
            Self::CheckedAlready => "notice-checked-already",
            Self::BudgetSpent => "notice-budget-spent",
            Self::Saved => "notice-saved",
            Self::Unlinked => "notice-unlinked",
            Self::UnlinkQueued => "notice-unlink-queued",
            Self::Cancelled => "notice-cancelled",
            Self::SignedOut => "notice-signed-out",
            Self::SessionsEnded => "notice-sessions-ended",
            Self::Erased => "notice-erased",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_known_by_its_word_and_by_nothing_else() {
        for notice in Notice::ALL {
            assert_eq!(Notice::of(notice.word()), Some(notice));
        }
        assert_eq!(Notice::of("<script>"), None);
        assert_eq!(Notice::of(""), None);
    }
}
