//! Money: what lookups cost.

use std::collections::BTreeSet;

use crate::Millis;
use crate::clock::DAY;

/// The price of one user returned, in millionths of a dollar.
const USER_READ: u64 = 10_000;

/// The developer account's prepaid credit and what was spent of it.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// What is left, in millionths of a dollar; `None` is credit without end.
    pub(crate) credit: Option<u64>,
    /// What was spent, in millionths of a dollar.
    pub(crate) spent: u64,
    /// The day of the users below, counted from the epoch in UTC.
    day: i64,
    /// The users charged on that day: each is charged once.
    charged: BTreeSet<u64>,
}

impl Ledger {
    /// Whether nothing is left, so that every lookup is refused.
    pub(crate) fn is_empty(&self) -> bool {
        self.credit == Some(0)
    }

    /// Charges for users returned. The lookup that reaches zero is still answered.
    pub(crate) fn charge(&mut self, users: impl IntoIterator<Item = u64>, now: Millis) {
        let day = now.div_euclid(DAY);
        if day != self.day {
            self.day = day;
            self.charged.clear();
        }
        for user in users {
            if self.charged.insert(user) {
                self.spent = self.spent.saturating_add(USER_READ);
                self.credit = self.credit.map(|credit| credit.saturating_sub(USER_READ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_charged_once_a_day() {
        let mut ledger = Ledger { credit: Some(25_000), ..Ledger::default() };
        ledger.charge([1, 2, 1], 5);
        ledger.charge([2], DAY - 1);
        assert_eq!((ledger.spent, ledger.credit, ledger.is_empty()), (20_000, Some(5_000), false));
        ledger.charge([2], DAY);
        assert_eq!((ledger.spent, ledger.credit, ledger.is_empty()), (30_000, Some(0), true));
    }
}
