//! Keeping the memory bounded: users come and go, and each is a caller of their own (N-49).

use domain::moment::Moment;

use super::{BucketId, BucketKey, Pacer};

/// Below so many buckets nothing is thrown away.
pub(super) const FEW: usize = 1024;
/// Never more than these, but for calls under way.
pub(super) const MANY: usize = 65_536;

impl Pacer {
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
