//! Cadence: when something is due again.
//!
//! Randomness is an argument: any number, evenly spread over 64 bits.

use crate::moment::{Moment, Span};

/// How long evidence is fresh where a platform sets nothing: twice its usual interval of a day.
pub const DEFAULT_FRESH_FOR: Span = fresh_for(Span::days(1));

/// How long an unknown leaves everything as it is before the action that an admin chose.
pub const DEFAULT_PATIENCE: Span = Span::days(14);

/// The longest wait between two tries.
pub const LONGEST_BACKOFF: Span = Span::hours(1);

/// When to check again: after the interval, earlier or later by up to a tenth of it, so that what
/// was linked together does not come due together.
#[must_use]
pub fn next_due(now: Moment, interval: Span, random: u64) -> Moment {
    let tenth = interval.as_millis().max(0) / 10;
    let wait = interval.as_millis().saturating_add(spread(tenth, random));
    Moment::from_millis(now.millis().saturating_add(wait))
}

/// How many milliseconds to wait after so many failed attempts: 1 s after the first, doubling to
/// an hour, of which a random half is kept, so that those who failed together do not return
/// together.
#[must_use]
pub fn backoff(attempts: u32, random: u64) -> u64 {
    let longest = LONGEST_BACKOFF.as_millis().unsigned_abs();
    let doublings = attempts.saturating_sub(1);
    let whole = 1000_u64.checked_shl(doublings).filter(|_| doublings < 32);
    let whole = whole.unwrap_or(longest).min(longest);
    whole / 2 + random % (whole / 2 + 1)
}

/// When to try again after so many failed attempts; see [`backoff`].
#[must_use]
pub fn retry_at(now: Moment, attempts: u32, random: u64) -> Moment {
    let wait = i64::try_from(backoff(attempts, random)).unwrap_or(i64::MAX);
    Moment::from_millis(now.millis().saturating_add(wait))
}

/// How long evidence counts that is renewed at an interval: twice that, so that one missed check
/// costs nothing.
#[must_use]
pub const fn fresh_for(interval: Span) -> Span {
    Span::seconds(interval.as_seconds().saturating_mul(2))
}

/// Whether what has been unknown since then has been so for longer than the patience lasts.
#[must_use]
pub fn patience_is_spent(unknown_since: Moment, patience: Span, now: Moment) -> bool {
    now >= unknown_since + patience
}

/// A number from `-most` to `most`.
fn spread(most: i64, random: u64) -> i64 {
    let choices = most.unsigned_abs().saturating_mul(2).saturating_add(1);
    let chosen = i64::try_from(random % choices).unwrap_or(0);
    chosen - most
}

#[cfg(test)]
#[path = "cadence_tests.rs"]
mod tests;
