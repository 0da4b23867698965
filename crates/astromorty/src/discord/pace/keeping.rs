//! Keeping the pacer fit for months: users come and go, each a caller of their own (N-49), and the
//! machine's clock is set right now and then.

use domain::moment::Moment;

use super::super::told::Later;
use super::{BucketId, BucketKey, Pacer};

/// Below so many buckets nothing is thrown away.
pub(super) const FEW: usize = 1024;
/// Never more than these, but for calls under way.
pub(super) const MANY: usize = 65_536;

/// Setting the clock back by less than so many milliseconds goes unnoticed.
const SET_BACK: i64 = 2_000;

impl Pacer {
    /// When the clock was set back, what had to wait for a minute still waits for a minute.
    pub(super) fn follow(&mut self, now: Moment) {
        let back = self.seen.millis().saturating_sub(now.millis());
        if back > SET_BACK {
            self.stop = self.stop.later(-back);
            for until in self.stops.values_mut() {
                *until = until.later(-back);
            }
            for bucket in self.buckets.values_mut() {
                bucket.shift(-back);
            }
            self.spacing.shift(-back);
            self.seen = now;
        }
        self.seen = self.seen.max(now);
    }

    /// Forgets what no longer limits anything, now and then.
    pub(super) fn tidy(&mut self, now: Moment) {
        if self.buckets.len() < self.tidy_at {
            return;
        }
        self.buckets.retain(|_, bucket| bucket.busy(now));
        if self.buckets.len() > MANY / 2 {
            self.forget_soonest(now);
        }
        let buckets = &self.buckets;
        self.lanes.retain(|lane, name| {
            buckets.contains_key(&BucketKey {
                caller: lane.caller,
                guild: lane.guild,
                bucket: BucketId::Named(*name),
            })
        });
        self.stops.retain(|_, until| *until > now);
        self.tidy_at = (2 * self.buckets.len()).clamp(FEW, MANY);
    }

    /// Of too many, those go first that would open first.
    fn forget_soonest(&mut self, now: Moment) {
        let mut idle: Vec<_> = self
            .buckets
            .iter()
            .filter(|(_, bucket)| !bucket.in_use())
            .map(|(key, bucket)| (bucket.opens(now), *key))
            .collect();
        idle.sort_unstable();
        let excess = self.buckets.len().saturating_sub(MANY / 2);
        for (_, key) in idle.into_iter().take(excess) {
            self.buckets.remove(&key);
        }
    }
}
