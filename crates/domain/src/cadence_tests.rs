use proptest::prelude::*;

use super::*;

const NOW: Moment = Moment::from_millis(1_717_200_000_000);

#[test]
fn waits_double_to_an_hour() {
    let longest = |attempts| {
        (0..=4_000_000)
            .step_by(1000)
            .map(|r| backoff(attempts, r))
            .max()
    };
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
