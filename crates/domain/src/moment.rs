//! Moments and spans of time, as numbers that both databases store.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

/// A length of time in whole seconds; may be negative when clocks differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Moment {
    /// The moment that many milliseconds after 1970 began.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970 began.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// How long before `now` this was; never negative.
    #[must_use]
    pub const fn age(self, now: Moment) -> Span {
        let millis = now.0.saturating_sub(self.0);
        Span(if millis < 0 { 0 } else { millis / 1000 })
    }

    /// Reads RFC 3339, with or without fractions of a second.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(parsed.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }

    /// RFC 3339 in UTC, whole seconds: `2024-05-01T12:00:00Z`. Moments outside the years 0 to 9999 are drawn to the nearest end.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let seconds = self.0.div_euclid(1000).clamp(-62_167_219_200, 253_402_300_799);
        OffsetDateTime::from_unix_timestamp(seconds)
            .ok()
            .and_then(|moment| moment.format(&Rfc3339).ok())
            .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
    }

    /// Year and month in UTC as one number: `202611` is November 2026.
    #[must_use]
    pub fn month(self) -> i64 {
        let date = self.date();
        i64::from(date.year()) * 100 + i64::from(u8::from(date.month()))
    }

    /// When the next month begins in UTC.
    #[must_use]
    pub fn next_month(self) -> Self {
        let date = self.date();
        let left = i64::from(date.month().length(date.year())) - i64::from(date.day()) + 1;
        let midnight = self.0.div_euclid(86_400_000);
        Self(midnight.saturating_add(left).saturating_mul(86_400_000))
    }

    fn date(self) -> time::Date {
        let seconds = self.0.div_euclid(1000).clamp(-62_167_219_200, 253_402_300_799);
        OffsetDateTime::from_unix_timestamp(seconds).map_or(time::Date::MIN, OffsetDateTime::date)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// So many minutes.
    #[must_use]
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// So many hours.
    #[must_use]
    pub const fn hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3600))
    }

    /// So many days of 24 hours.
    #[must_use]
    pub const fn days(days: i64) -> Self {
        Self(days.saturating_mul(86_400))
    }

    /// Whole seconds.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// Milliseconds, saturating.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.saturating_mul(1000)
    }
}

impl Add<Span> for Moment {
    type Output = Moment;

    fn add(self, span: Span) -> Moment {
        Moment(self.0.saturating_add(span.as_millis()))
    }
}

impl Sub<Span> for Moment {
    type Output = Moment;

    fn sub(self, span: Span) -> Moment {
        Moment(self.0.saturating_sub(span.as_millis()))
    }
}

/// The largest unit that divides: `90m`, `36h`, `1y`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(31_536_000, "y"), (604_800, "w"), (86_400, "d"), (3600, "h"), (60, "m")];
        let unit = units.iter().find(|(length, _)| self.0 != 0 && self.0 % length == 0);
        let (length, name) = unit.copied().unwrap_or((1, "s"));
        write!(f, "{}{name}", self.0 / length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_prints_in_its_largest_unit() {
        let printed = |seconds| Span::seconds(seconds).to_string();
        assert_eq!(printed(31_536_000), "1y");
        assert_eq!(printed(5400), "90m");
        assert_eq!(printed(0), "0s");
        assert_eq!(printed(61), "61s");
    }

    #[test]
    fn months_begin_at_midnight_in_utc() {
        let at = |text| Moment::parse_rfc3339(text).unwrap();
        for (now, month, next) in [
            ("2026-11-24T02:28:07Z", 202_611, "2026-12-01T00:00:00Z"),
            ("2026-12-31T23:59:59Z", 202_612, "2027-01-01T00:00:00Z"),
            ("2028-02-01T00:00:00Z", 202_802, "2028-03-01T00:00:00Z"),
        ] {
            assert_eq!((at(now).month(), at(now).next_month()), (month, at(next)));
        }
        let _ = (Moment::from_millis(i64::MAX).next_month(), Moment::from_millis(i64::MIN).next_month());
    }

    #[test]
    fn rfc3339_there_and_back() {
        let moment = Moment::parse_rfc3339("2011-01-25T18:44:36Z").unwrap();
        assert_eq!(moment.rfc3339(), "2011-01-25T18:44:36Z");
        assert_eq!(Moment::parse_rfc3339("2011-01-25"), None);
        assert_eq!(Moment::from_millis(i64::MAX).rfc3339(), "9999-12-31T23:59:59Z");
    }
}
