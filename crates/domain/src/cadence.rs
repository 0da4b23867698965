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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Moment = Moment::from_millis(1_717_200_000_000);

    #[test]
    fn waits_double_to_an_hour() {
        let longest = |attempts| (0..=4_000_000).step_by(1000).map(|r| backoff(attempts, r)).max();
        assert_eq!(backoff(1, 0), 500);
        assert_eq!(backoff(1, 500), 1000);
        assert_eq!(backoff(2, 1000), 2000);
        assert_eq!(backoff(12, 1_024_000), 2_048_000);
        assert_eq!(longest(13), Some(3_600_000));
        assert_eq!(backoff(13, 0), 1_800_000);
        assert_eq!(backoff(0, 0), 500);
        assert_eq!(retry_at(NOW, 1, 500).millis(), NOW.millis() + 1000);
    }

    #[test]
    fn evidence_is_fresh_for_two_intervals() {
        assert_eq!(fresh_for(Span::hours(24)), Span::hours(48));
        assert_eq!(DEFAULT_FRESH_FOR, Span::days(2));
        assert_eq!(fresh_for(Span::seconds(i64::MAX)), Span::seconds(i64::MAX));
    }

    #[test]
    fn patience_ends() {
        let since = NOW - DEFAULT_PATIENCE;
        assert!(patience_is_spent(since, DEFAULT_PATIENCE, NOW));
        let earlier = Moment::from_millis(NOW.millis() - 1);
        assert!(!patience_is_spent(since, DEFAULT_PATIENCE, earlier));
    }

    proptest! {
        #[test]
        fn the_next_check_is_within_a_tenth_of_the_interval(seconds in 0_i64..10_000_000, random: u64) {
            let wait = next_due(NOW, Span::seconds(seconds), random).millis() - NOW.millis();
            prop_assert!((wait - seconds * 1000).abs() <= seconds * 100);
        }

        #[test]
        fn no_wait_is_zero_or_over_an_hour(attempts: u32, random: u64) {
            let wait = backoff(attempts, random);
            prop_assert!((500..=3_600_000).contains(&wait));
        }

        #[test]
        fn nothing_overflows(now: i64, seconds: i64, attempts: u32, random: u64) {
            let now = Moment::from_millis(now);
            let _ = next_due(now, Span::seconds(seconds), random);
            prop_assert!(retry_at(now, attempts, random) >= now);
        }
    }
}
