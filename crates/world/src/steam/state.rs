//! Everything the stand-in knows.

use std::collections::BTreeMap;

use super::account::Account;
use super::openid::Provider;
use crate::Millis;
use crate::clock::DAY;

/// The calls that a key has per day by the terms of use.
const DAILY_CALLS: u32 = 100_000;

/// How often a key was used on a day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Counted from the epoch in UTC.
    day: i64,
    calls: u32,
}

/// Whether a key lets a call through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Granted,
    UsedUp,
    UnknownKey,
}

/// The world behind the lock.
#[derive(Debug)]
pub(crate) struct State {
    /// The Web API keys, and how often each was used.
    pub(crate) keys: BTreeMap<String, Usage>,
    /// The most calls of a key per day in UTC; `None` means no limit.
    pub(crate) daily_calls: Option<u32>,
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) provider: Provider,
}

impl State {
    pub(crate) fn new(web_origin: &str) -> State {
        State {
            keys: BTreeMap::new(),
            daily_calls: Some(DAILY_CALLS),
            accounts: BTreeMap::new(),
            provider: Provider::new(web_origin.trim_end_matches('/')),
        }
    }
    /// Counts a call of this key.
    pub(crate) fn admit(&mut self, key: &str, now: Millis) -> Admission {
        let Some(usage) = self.keys.get_mut(key) else {
            return Admission::UnknownKey;
        };
        let day = now.div_euclid(DAY);
        if usage.day != day {
            *usage = Usage { day, calls: 0 };
        }
        if self.daily_calls.is_some_and(|most| usage.calls >= most) {
            return Admission::UsedUp;
        }
        usage.calls = usage.calls.saturating_add(1);
        Admission::Granted
    }
}
