//! The brake (law 4): when so many would lose something at once that a mistake is likelier than
//! the truth.
//!
//! A member's own unlink or opt-out, and a rule change that an admin previewed and confirmed, are
//! not counted; leaving them out is the caller's part.

use serde::{Deserialize, Serialize};

/// What is watched, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watch {
    /// Holders of one rule, over 10 minutes: no more than 10 %, or 3.
    RuleTenMinutes,
    /// Holders of one rule, over 24 hours: no more than 20 %, or 5.
    RuleDay,
    /// Checked connections of one platform over all servers, over an hour: no more than 2 %, and
    /// fewer than 20 in any case.
    PlatformHour,
}

/// One window of time, and what has happened in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// What is watched.
    pub watch: Watch,
    /// How many there were at the window's start: holders of the rule, or checked connections.
    pub holders_at_start: u64,
    /// How many have gone since.
    pub gone: u64,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brake {
    /// Go on.
    Open,
    /// Hold, tell the admins or the operator, and wait for them.
    Hold,
}

impl Watch {
    /// How far back the window reaches.
    #[must_use]
    pub const fn span(self) -> crate::moment::Span {
        match self {
            Self::RuleTenMinutes => crate::moment::Span::minutes(10),
            Self::RuleDay => crate::moment::Span::hours(24),
            Self::PlatformHour => crate::moment::Span::hours(1),
        }
    }

    /// The share that may go, in percent, and the number that may go whatever their share is.
    const fn allowed(self) -> (u128, u128) {
        match self {
            Self::RuleTenMinutes => (10, 3),
            Self::RuleDay => (20, 5),
            Self::PlatformHour => (2, 19),
        }
    }
}

impl Window {
    /// How many more may go before the brake holds.
    #[must_use]
    pub fn room(&self) -> u64 {
        let (percent, always) = self.watch.allowed();
        let share = u128::from(self.holders_at_start) * percent / 100;
        let most = share.max(always);
        u64::try_from(most.saturating_sub(u128::from(self.gone))).unwrap_or(u64::MAX)
    }
}

/// Whether so many may leave now, on top of those who have gone. Nobody leaving is always fine.
#[must_use]
pub fn brake(windows: &[Window], leaving: u64) -> Brake {
    let full = |window: &Window| leaving > window.room();
    if leaving > 0 && windows.iter().any(full) { Brake::Hold } else { Brake::Open }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn held(watch: Watch, holders_at_start: u64, gone: u64, leaving: u64) -> bool {
        let window = Window { watch, holders_at_start, gone };
        brake(&[window], leaving) == Brake::Hold
    }

    #[test]
    fn a_few_may_always_go() {
        assert!(!held(Watch::RuleTenMinutes, 3, 0, 3));
        assert!(held(Watch::RuleTenMinutes, 4, 0, 4));
        assert!(!held(Watch::RuleDay, 5, 4, 1));
        assert!(held(Watch::RuleDay, 6, 5, 1));
        assert!(!held(Watch::PlatformHour, 100, 0, 19));
        assert!(held(Watch::PlatformHour, 100, 19, 1));
    }

    #[test]
    fn a_share_may_go_of_many_and_not_one_more() {
        assert!(!held(Watch::RuleTenMinutes, 1000, 60, 40));
        assert!(held(Watch::RuleTenMinutes, 1000, 60, 41));
        assert!(!held(Watch::RuleTenMinutes, 1009, 0, 100));
        assert!(held(Watch::RuleTenMinutes, 1009, 0, 101));
        assert!(!held(Watch::RuleDay, 1000, 0, 200));
        assert!(held(Watch::RuleDay, 1000, 0, 201));
        assert!(!held(Watch::PlatformHour, 10_000, 0, 200));
        assert!(held(Watch::PlatformHour, 10_000, 0, 201));
    }

    #[test]
    fn every_window_has_to_have_room() {
        let short = Window { watch: Watch::RuleTenMinutes, holders_at_start: 100, gone: 0 };
        let day = Window { watch: Watch::RuleDay, holders_at_start: 100, gone: 20 };
        assert_eq!(brake(&[short], 1), Brake::Open);
        assert_eq!(brake(&[short, day], 1), Brake::Hold);
        assert_eq!(brake(&[short, day], 0), Brake::Open);
    }

    proptest! {
        #[test]
        fn more_leaving_never_opens_the_brake(holders: u64, gone: u64, few: u64, more: u64) {
            let (few, more) = (few.min(more), few.max(more));
            for watch in [Watch::RuleTenMinutes, Watch::RuleDay, Watch::PlatformHour] {
                prop_assert!(!held(watch, holders, gone, few) || held(watch, holders, gone, more));
            }
        }
    }
}
