//! The meter: limits that are kept by ourselves, and waits that a platform asked for.
//!
//! It lives in one process. Another process has its own, and learns of a limit by being refused.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use domain::moment::Moment;
use domain::platform::{Cost, Limits, Per};

/// More names than this are swept of those that do not matter any more.
const MANY: usize = 4096;

/// What was used, and until when is waited.
#[derive(Debug, Default)]
pub(super) struct Meter(Mutex<State>);

/// Units and when they were used.
type Used = VecDeque<(Moment, u32)>;

#[derive(Debug, Default)]
struct State {
    /// By bucket and token: the units of the running window, oldest first.
    used: BTreeMap<(String, Option<String>), Used>,
    /// By token, or ours: not before this moment.
    held: BTreeMap<Option<String>, Moment>,
}

impl Meter {
    /// Counts a call, or says when it may be made.
    pub(super) fn enter(
        &self,
        (limits, cost): (&Limits, Option<&Cost>),
        own: Option<&String>,
        now: Moment,
    ) -> Result<(), Moment> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = state.held.get(&own.cloned()).filter(|until| **until > now) {
            return Err(*until);
        }
        let named = cost.and_then(|cost| Some((cost, cost.bucket.as_ref()?)));
        let Some((cost, name)) = named else { return Ok(()) };
        let Some(bucket) = limits.buckets.get(name) else { return Ok(()) };
        let own = match bucket.per {
            Per::App => None,
            Per::Token => own.cloned(),
        };
        let since = now - bucket.window;
        if state.used.len() > MANY {
            state.used.retain(|_, used| used.back().is_some_and(|(at, _)| *at > since));
        }
        let used = state.used.entry((name.clone(), own)).or_default();
        while used.front().is_some_and(|(at, _)| *at <= since) {
            used.pop_front();
        }
        let units = cost.units.min(bucket.max);
        let mut free = bucket.max.saturating_sub(used.iter().map(|(_, units)| *units).sum());
        let mut waiting = used.iter();
        let mut until = None;
        while free < units {
            let Some((at, units)) = waiting.next() else { break };
            free = free.saturating_add(*units);
            until = Some(*at + bucket.window);
        }
        if let Some(until) = until {
            return Err(until);
        }
        used.push_back((now, units));
        Ok(())
    }

    /// Nothing is sent before this moment.
    pub(super) fn hold(&self, own: Option<String>, until: Moment, now: Moment) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.held.len() > MANY {
            state.held.retain(|_, until| *until > now);
        }
        let held = state.held.entry(own).or_insert(until);
        *held = (*held).max(until);
    }
}

#[cfg(test)]
mod tests {
    use domain::moment::Span;
    use domain::platform::Bucket;

    use super::*;

    fn limits(per: Per) -> Limits {
        let bucket = Bucket { max: 3, window: Span::minutes(1), per };
        Limits { buckets: BTreeMap::from([("calls".to_owned(), bucket)]), ..Limits::default() }
    }

    fn cost(units: u32) -> Cost {
        Cost { bucket: Some("calls".to_owned()), units, micro_usd: 0 }
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_millis(0) + Span::seconds(seconds)
    }

    #[test]
    fn a_full_window_says_when_there_is_room_again() {
        let (meter, limits) = (Meter::default(), limits(Per::App));
        let enter = |units, now| meter.enter((&limits, Some(&cost(units))), None, at(now));
        assert_eq!(enter(2, 0), Ok(()));
        assert_eq!(enter(1, 10), Ok(()));
        assert_eq!(enter(1, 20), Err(at(60)));
        assert_eq!(enter(3, 20), Err(at(70)));
        assert_eq!(enter(1, 60), Ok(()));
        // What takes more than the whole window waits for an empty one.
        assert_eq!(enter(9, 60), Err(at(120)));
        assert_eq!(enter(9, 120), Ok(()));
    }

    #[test]
    fn each_token_may_have_its_own() {
        let (meter, limits) = (Meter::default(), limits(Per::Token));
        let (ada, bob) = ("ada".to_owned(), "bob".to_owned());
        let enter = |who| meter.enter((&limits, Some(&cost(3))), Some(who), at(0));
        assert_eq!((enter(&ada), enter(&bob)), (Ok(()), Ok(())));
        assert_eq!(enter(&ada), Err(at(60)));
    }

    #[test]
    fn a_wait_holds_only_whom_it_is_for() {
        let (meter, limits) = (Meter::default(), Limits::default());
        meter.hold(None, at(60), at(0));
        meter.hold(None, at(30), at(0));
        let ada = "ada".to_owned();
        assert_eq!(meter.enter((&limits, None), None, at(59)), Err(at(60)));
        assert_eq!(meter.enter((&limits, None), Some(&ada), at(59)), Ok(()));
        assert_eq!(meter.enter((&limits, None), None, at(60)), Ok(()));
    }
}
