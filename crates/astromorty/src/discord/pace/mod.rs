//! Pacing: when a call may go.
//!
//! A pure state machine; the time is an argument. Discord counts requests per bucket (a name it tells
//! in its answers, the server, and who asks) and, for the bot, over all routes. A call goes when its
//! bucket has room, nobody with a better claim waits for the same room, and the bot's even pace has
//! come to the next slot. Of a bucket not seen yet, one call goes ahead and the others wait for what
//! its answer tells.
//!
//! Promises are hints: whoever is told "not before" asks again then.

mod bucket;
mod keeping;
mod spacing;

use std::collections::BTreeMap;

use domain::id::GuildId;
use domain::moment::Moment;

use super::route::Route;
use super::told::{BucketName, Later, Limited, Reach, Told};
use bucket::Bucket;
use spacing::Spacing;

/// Who asks, without its secret: the hash of a bearer's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    Bot,
    Application,
    Bearer(u128),
}

/// Where a call queues up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane {
    pub caller: Caller,
    pub guild: Option<GuildId>,
    pub route: Route,
}

/// The right to send one call. It has to come back: by [`Pacer::answered`], [`Pacer::limited`],
/// [`Pacer::unanswered`] or [`Pacer::unsent`].
#[derive(Debug)]
#[must_use]
pub(super) struct Permit {
    lane: Lane,
    key: BucketKey,
}

impl Permit {
    fn spend(self) -> (Lane, BucketKey) {
        (self.lane, self.key)
    }
}

/// The answer to "may I?".
#[derive(Debug)]
pub(super) enum Turn {
    Go(Permit),
    /// Not before.
    Wait(Moment),
}

/// A place among the people who wait; lower goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

/// The place of background work: behind everybody who waits.
pub(super) const BACKGROUND: Ticket = Ticket(u64::MAX);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct BucketKey {
    caller: Caller,
    guild: Option<GuildId>,
    bucket: BucketId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum BucketId {
    Named(BucketName),
    /// Not named by Discord yet.
    Of(Route),
}

/// What is known of all limits.
#[derive(Debug)]
pub(super) struct Pacer {
    spacing: Spacing,
    /// Everything from our address stops until then.
    stop: Moment,
    /// All a caller does stops until then.
    stops: BTreeMap<Caller, Moment>,
    /// The bucket of a route in general, for lanes not seen yet.
    usual: BTreeMap<Route, BucketName>,
    /// The bucket of a lane.
    lanes: BTreeMap<Lane, BucketName>,
    buckets: BTreeMap<BucketKey, Bucket>,
    /// People who wait.
    line: BTreeMap<Ticket, Lane>,
    next: u64,
    tidy_at: usize,
    /// The latest time shown.
    seen: Moment,
}

/// When to ask again while the first call to a bucket is under way, in milliseconds.
const PROBE: i64 = 150;
const LONG_AGO: Moment = Moment::from_millis(i64::MIN);

impl Pacer {
    /// `pace` calls per second for the bot; 0 for no pace of our own.
    pub(super) fn new(pace: u32) -> Self {
        Self {
            spacing: Spacing::new(pace),
            stop: LONG_AGO,
            stops: BTreeMap::new(),
            usual: BTreeMap::new(),
            lanes: BTreeMap::new(),
            buckets: BTreeMap::new(),
            line: BTreeMap::new(),
            next: 0,
            tidy_at: keeping::FEW,
            seen: LONG_AGO,
        }
    }

    /// A person takes a place in the line; [`Pacer::leave`] gives it up.
    pub(super) fn join(&mut self, lane: Lane) -> Ticket {
        let ticket = Ticket(self.next);
        self.next += 1;
        self.line.insert(ticket, lane);
        ticket
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.line.remove(&ticket);
    }

    /// Whether somebody waits.
    pub(super) fn awaited(&self) -> bool {
        !self.line.is_empty()
    }

    /// May a call on this lane go now, from this place in the line?
    pub(super) fn ask(&mut self, lane: Lane, place: Ticket, now: Moment) -> Turn {
        self.follow(now);
        let key = self.key(lane);
        if let Some(then) = self.closed_until(key, now) {
            return Turn::Wait(then);
        }
        let ahead = self.ahead(key, place, now);
        let room = self.buckets.get(&key).map_or(1, |bucket| bucket.room(now));
        if ahead.of_bucket >= room {
            return Turn::Wait(now.later(PROBE));
        }
        if lane.caller == Caller::Bot {
            let then = self.spacing.opens(ahead.of_bot);
            if then > now || (ahead.of_bot > 0 && self.spacing.scarce()) {
                let then = if place == BACKGROUND { self.spacing.promise(then) } else { then };
                return Turn::Wait(then.max(now.later(1)));
            }
            self.spacing.take(now);
        }
        self.buckets.entry(key).or_default().take();
        self.tidy(now);
        Turn::Go(Permit { lane, key })
    }

    /// Discord answered.
    pub(super) fn answered(&mut self, permit: Permit, told: Told, now: Moment) {
        let (lane, key) = permit.spend();
        self.give_back(key);
        let key = self.named(lane, key, told.bucket);
        self.buckets.entry(key).or_default().learn(told.count, now);
    }

    /// Discord answered 429; nobody goes there before `until`.
    pub(super) fn limited(&mut self, permit: Permit, told: Told, (reach, until): (Reach, Moment)) {
        let (lane, key) = permit.spend();
        self.give_back(key);
        let key = self.named(lane, key, told.bucket);
        match reach {
            Reach::Bucket | Reach::Shared => self.buckets.entry(key).or_default().block(until),
            Reach::Credential => {
                let stop = self.stops.entry(lane.caller).or_insert(until);
                *stop = (*stop).max(until);
                if lane.caller == Caller::Bot {
                    self.spacing.slow_down(until);
                }
            }
            Reach::Everything => self.stop = self.stop.max(until),
        }
    }

    /// The call was not sent, so nothing was counted.
    pub(super) fn unsent(&mut self, permit: Permit) {
        let (_, key) = permit.spend();
        self.give_back(key);
    }

    /// The answer never came or did not tell; Discord may have counted the call.
    pub(super) fn unanswered(&mut self, permit: Permit, now: Moment) {
        let (_, key) = permit.spend();
        self.give_back(key);
        if let Some(bucket) = self.buckets.get_mut(&key) {
            bucket.lose(now);
        }
    }

    fn give_back(&mut self, key: BucketKey) {
        if let Some(bucket) = self.buckets.get_mut(&key) {
            bucket.give_back();
        }
    }

    /// Where a lane's calls are counted, as far as known.
    fn key(&self, lane: Lane) -> BucketKey {
        let key = |bucket| BucketKey { caller: lane.caller, guild: lane.guild, bucket };
        if let Some(&name) = self.lanes.get(&lane) {
            return key(BucketId::Named(name));
        }
        let nameless = key(BucketId::Of(lane.route));
        // A first call that is under way is waited for, whatever other lanes learn meanwhile.
        let probing = self.buckets.get(&nameless).is_some_and(Bucket::in_use);
        match self.usual.get(&lane.route) {
            Some(&name) if !probing => key(BucketId::Named(name)),
            Some(_) | None => nameless,
        }
    }

    /// Takes note of the bucket's name.
    fn named(&mut self, lane: Lane, key: BucketKey, name: Option<BucketName>) -> BucketKey {
        let Some(name) = name else { return key };
        self.usual.insert(lane.route, name);
        self.lanes.insert(lane, name);
        let named = BucketKey { bucket: BucketId::Named(name), ..key };
        if named != key && self.buckets.get(&key).is_some_and(Bucket::nameless) {
            self.buckets.remove(&key);
        }
        named
    }

    fn closed_until(&self, key: BucketKey, now: Moment) -> Option<Moment> {
        let caller = self.stops.get(&key.caller).copied().unwrap_or(LONG_AGO);
        let bucket = self.buckets.get(&key).map_or(LONG_AGO, |bucket| bucket.opens(now));
        let then = self.stop.max(caller).max(bucket);
        (then > now).then_some(then)
    }

    /// How many with a better claim wait for the same room, and for the bot's next slots.
    fn ahead(&self, key: BucketKey, place: Ticket, now: Moment) -> Ahead {
        let mut ahead = Ahead::default();
        for &lane in self.line.range(..place).map(|(_, lane)| lane) {
            let other = self.key(lane);
            ahead.of_bucket += u32::from(other == key);
            let ready = lane.caller == Caller::Bot && self.closed_until(other, now).is_none();
            ahead.of_bot += u32::from(ready);
        }
        ahead
    }
}

#[derive(Debug, Default)]
struct Ahead {
    of_bucket: u32,
    of_bot: u32,
}

impl Limited {
    /// When to come back, with jitter so that not everybody does at once.
    pub(super) fn until(&self, now: Moment, chance: u64) -> Moment {
        let jitter = 50 + i64::try_from(chance % 450).unwrap_or(0);
        now.later(self.wait.saturating_add(jitter))
    }
}

#[cfg(test)]
mod tests;
