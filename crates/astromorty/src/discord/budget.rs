//! The budget of invalid requests.
//!
//! Discord blocks an address after 10,000 answers of 401, 403 or 429 in ten minutes (rate limits,
//! "Invalid Request Limit"). We stop at a hundredth of it: so many refusals mean that we do something
//! wrong again and again.

use std::collections::VecDeque;

use domain::moment::{Moment, Span};

use super::Priority;

const WINDOW: Span = Span::minutes(10);
const LIMIT: usize = 100;

/// When requests were refused, within the window.
#[derive(Debug, Default)]
pub(super) struct Budget {
    refused: VecDeque<Moment>,
}

impl Budget {
    /// Counts a refusal.
    pub(super) fn spend(&mut self, now: Moment) {
        self.forget(now);
        self.refused.push_back(now);
        // Those already on their way when the limit was reached say nothing new.
        if self.refused.len() > 2 * LIMIT {
            self.refused.pop_front();
        }
    }

    /// Until when calls of this priority have to stop, if they have to.
    pub(super) fn stopped(&mut self, priority: Priority, now: Moment) -> Option<Moment> {
        self.forget(now);
        let limit = match priority {
            Priority::Interactive => LIMIT,
            Priority::Background => LIMIT / 2,
        };
        let over = self.refused.len().checked_sub(limit)?;
        self.refused.get(over).map(|&oldest| oldest + WINDOW)
    }

    /// Refusals within the window.
    pub(super) fn spent(&mut self, now: Moment) -> usize {
        self.forget(now);
        self.refused.len()
    }

    fn forget(&mut self, now: Moment) {
        while self.refused.front().is_some_and(|&then| then + WINDOW <= now) {
            self.refused.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_stops_at_half_and_people_at_the_whole() {
        let mut budget = Budget::default();
        let start = Moment::from_millis(0);
        for second in 0..100 {
            let now = start + Span::seconds(second);
            let background = budget.stopped(Priority::Background, now);
            assert_eq!(background.is_some(), second >= 50, "{second}");
            assert_eq!(budget.stopped(Priority::Interactive, now), None);
            budget.spend(now);
        }
        let now = start + Span::seconds(100);
        assert_eq!(budget.spent(now), 100);
        let until = budget.stopped(Priority::Interactive, now).unwrap();
        assert_eq!(until, start + Span::minutes(10));
        assert_eq!(budget.stopped(Priority::Interactive, until), None);
        let until = budget.stopped(Priority::Background, now).unwrap();
        assert_eq!(until, start + Span::seconds(50) + Span::minutes(10));
        assert_eq!(budget.stopped(Priority::Background, until), None);
    }

    #[test]
    fn it_holds_a_bounded_number_of_moments() {
        let mut budget = Budget::default();
        for _ in 0..10_000 {
            budget.spend(Moment::from_millis(0));
        }
        assert_eq!(budget.refused.len(), 200);
    }
}
