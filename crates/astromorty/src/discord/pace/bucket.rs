//! One bucket: how many calls fit in before it resets.

use domain::moment::Moment;

use super::super::told::{Count, Later};
use super::{LONG_AGO, PROBE};

#[derive(Debug)]
pub(super) struct Bucket {
    known: Known,
    /// Sent and not answered: Discord may or may not have counted them.
    under_way: u32,
    /// A 429 closed it until then.
    blocked: Moment,
}

#[derive(Debug)]
enum Known {
    Nothing,
    /// Answered without a count: there is no limit but the general one.
    Free,
    Counted(Count),
}

/// Two answers within one window name its end this precisely, in milliseconds.
const SAME_WINDOW: i64 = 250;

impl Default for Bucket {
    fn default() -> Self {
        Self { known: Known::Nothing, under_way: 0, blocked: LONG_AGO }
    }
}

impl Bucket {
    /// How many calls may go now.
    pub(super) fn room(&self, now: Moment) -> u32 {
        let left = match &self.known {
            Known::Nothing => 1,
            Known::Free => u32::MAX,
            Known::Counted(count) if count.reset > now => count.left,
            Known::Counted(count) => count.limit,
        };
        left.saturating_sub(self.under_way)
    }

    /// When there is room; in the past when there is some.
    pub(super) fn opens(&self, now: Moment) -> Moment {
        let room = match &self.known {
            _ if self.room(now) > 0 => LONG_AGO,
            Known::Counted(count) if count.reset > now => count.reset,
            Known::Counted(_) | Known::Nothing | Known::Free => now.later(PROBE),
        };
        room.max(self.blocked)
    }

    /// Moves its moments, because the clock was moved.
    pub(super) fn shift(&mut self, millis: i64) {
        self.blocked = self.blocked.later(millis);
        if let Known::Counted(count) = &mut self.known {
            count.reset = count.reset.later(millis);
        }
    }

    /// Whether forgetting it would lose something.
    pub(super) fn busy(&self, now: Moment) -> bool {
        let counting = matches!(&self.known, Known::Counted(count) if count.reset > now);
        self.under_way > 0 || self.blocked > now || counting
    }

    /// Whether it only stood in until Discord named the real one.
    pub(super) fn nameless(&self) -> bool {
        self.under_way == 0 && matches!(self.known, Known::Nothing)
    }

    /// A call came to nothing after it was sent: it may have been counted all the same.
    pub(super) fn lose(&mut self, now: Moment) {
        match &mut self.known {
            Known::Counted(count) if count.reset > now => count.left = count.left.saturating_sub(1),
            // A new window may have begun, and we did not see when.
            Known::Counted(_) => self.known = Known::Nothing,
            Known::Nothing | Known::Free => {}
        }
    }

    /// Whether a call is under way.
    pub(super) fn in_use(&self) -> bool {
        self.under_way > 0
    }

    pub(super) fn take(&mut self) {
        self.under_way += 1;
    }

    pub(super) fn give_back(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    pub(super) fn block(&mut self, until: Moment) {
        self.blocked = self.blocked.max(until);
    }

    /// Takes in what an answer says. Answers overtake each other, so within one window the smallest
    /// number counts.
    pub(super) fn learn(&mut self, told: Option<Count>, now: Moment) {
        let Some(told) = told else {
            if matches!(self.known, Known::Nothing) {
                self.known = Known::Free;
            }
            return;
        };
        let told = Count { limit: told.limit.max(1), ..told };
        self.known = Known::Counted(match &self.known {
            Known::Counted(known) if known.reset > now && !begins_anew(known, &told) => {
                Count { left: told.left.min(known.left), reset: told.reset.max(known.reset), ..told }
            }
            Known::Counted(_) | Known::Nothing | Known::Free => told,
        });
    }
}

fn begins_anew(known: &Count, told: &Count) -> bool {
    told.reset > known.reset.later(SAME_WINDOW)
}
