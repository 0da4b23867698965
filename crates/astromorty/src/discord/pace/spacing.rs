//! The bot's even pace: slots in time, the same distance apart.
//!
//! Calls come a little after their slot, so a few slots may be caught up, at twice the pace; without
//! that, every late wake-up would be lost for good. No second ever holds more calls than the pace:
//! Discord counts them, and bursts at the edge of its window would trip its limit.

use std::collections::VecDeque;

use domain::moment::Moment;

use super::super::told::Later;
use super::LONG_AGO;

#[derive(Debug)]
pub(super) struct Spacing {
    /// Calls per second as configured; 0 leaves the pace to others.
    pace: u32,
    /// Calls per second now: fewer after Discord's global limit was hit.
    now: u32,
    /// When to try one more.
    faster_at: Moment,
    /// The next slot, in microseconds: the distance is no whole number of milliseconds.
    slot: i64,
    /// The calls of the last second.
    taken: VecDeque<Moment>,
    /// The last slot that was promised to background work, in microseconds.
    promised: i64,
}

/// Slots that may be caught up. Later than that, nobody was waiting, and there is nothing to catch up.
const CATCH_UP: i64 = 8;
/// How long a slower pace is kept, in milliseconds, before one more call per second is tried.
const PATIENCE: i64 = 300_000;
/// Promises per slot: some who come back find their bucket closed, and the slot must not be lost.
const OVERBOOKED: i64 = 3;
/// Promises do not reach further than this, in microseconds.
const FARTHEST: i64 = 60_000_000;

impl Spacing {
    pub(super) fn new(pace: u32) -> Self {
        Self {
            pace,
            now: pace,
            faster_at: LONG_AGO,
            slot: i64::MIN,
            taken: VecDeque::new(),
            promised: i64::MIN,
        }
    }

    /// Whether there is a pace at all.
    pub(super) fn scarce(&self) -> bool {
        self.pace > 0
    }

    /// When a call may go, behind so many others.
    pub(super) fn opens(&self, ahead: u32) -> Moment {
        if self.pace == 0 {
            return LONG_AGO;
        }
        let slot = self.slot.saturating_add(self.distance() * i64::from(ahead));
        let slot = whole(slot);
        let apart = self.taken.back().map_or(LONG_AGO, |last| last.later(self.least_apart()));
        let full = usize::try_from(self.now).unwrap_or(usize::MAX);
        let second = self.taken.len().checked_sub(full).and_then(|over| self.taken.get(over));
        let second = second.map_or(LONG_AGO, |then| then.later(1000));
        slot.max(apart).max(second)
    }

    /// A call goes now.
    pub(super) fn take(&mut self, now: Moment) {
        if self.pace == 0 {
            return;
        }
        self.recover(now);
        let micros = now.millis().saturating_mul(1000);
        let idle = self.slot < micros.saturating_sub(CATCH_UP * self.distance());
        let slot = if idle { micros } else { self.slot };
        self.slot = slot.saturating_add(self.distance());
        while self.taken.front().is_some_and(|then| then.later(1000) <= now) {
            self.taken.pop_front();
        }
        self.taken.push_back(now);
    }

    /// Says when to come back, to each who is sent away a little later than to the one before.
    ///
    /// Promises follow the slots and not the calls: a call that came late does not move the next one.
    pub(super) fn promise(&mut self, opens: Moment) -> Moment {
        let next = self.promised.saturating_add(self.distance() / OVERBOOKED).max(self.slot);
        let farthest = opens.millis().saturating_mul(1000).saturating_add(FARTHEST);
        if next <= farthest {
            self.promised = next;
        }
        whole(next.min(farthest)).max(opens)
    }

    /// Discord's global limit was hit although we kept our pace: the way to it shakes the distances.
    pub(super) fn slow_down(&mut self, until: Moment) {
        self.now -= self.now / 10;
        self.faster_at = until.later(PATIENCE);
    }

    /// Moves its moments, because the clock was moved.
    pub(super) fn shift(&mut self, millis: i64) {
        let micros = millis.saturating_mul(1000);
        self.slot = self.slot.saturating_add(micros);
        self.promised = self.promised.saturating_add(micros);
        self.faster_at = self.faster_at.later(millis);
        for then in &mut self.taken {
            *then = then.later(millis);
        }
    }

    fn recover(&mut self, now: Moment) {
        if self.now < self.pace && now >= self.faster_at {
            self.now += 1;
            self.faster_at = now.later(PATIENCE);
        }
    }

    /// Microseconds between two slots.
    fn distance(&self) -> i64 {
        1_000_000 / i64::from(self.now.max(1))
    }

    /// Milliseconds between two calls while catching up.
    fn least_apart(&self) -> i64 {
        self.distance() / 2000 + 1
    }
}

/// The first whole millisecond that is not before so many microseconds.
fn whole(micros: i64) -> Moment {
    let begun = i64::from(micros.rem_euclid(1000) > 0);
    Moment::from_millis(micros.div_euclid(1000).saturating_add(begun))
}
